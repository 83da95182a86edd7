"""Decisions on several held mails in one reply: `1 ok, 2 reject off topic, 3-5 spam`, `approve 1 and 3; spam 2`,
`all ok except 4`, `1 ok, rest spam`.

Numbers stand in front of what is said of them, or a bare verb in front of its numbers. What is said is read as a reply
to one mail is. What is not understood says nothing; below a reason it belongs to the reason ("2 reject posted twice,
3 times now"), and so does a number that nothing sets apart. A number that is told two things makes all of it unclear.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from mailhub.commands.command import Command
from mailhub.commands.lines import Reader
from mailhub.commands.which import Head, Of, heads_of, trimmed, without_being

_MOST_LINES = 600
_LONGEST_LINE = 2_000  # characters; what is longer decides on nothing
_LONGEST = 20_000  # characters of all lines; what stands below is not read
_MOST_CUTS = 5  # of a text, at which a verb may begin that is said of the next numbers
_LONGEST_VERB = 40  # characters
_CUT = re.compile(r"[,;.] ?")


@dataclass(frozen=True, slots=True)
class Several:
    """What was said: of numbers, of all or the rest of them, of which nothing is to be done; and whether some
    of it was not clear."""

    said: Mapping[int, Command]
    others: Command | None = None
    spared: frozenset[int] = frozenset()
    unclear: bool = False

    @property
    def is_of_all(self) -> bool:
        """Whether one thing is said of all of them and nothing else, as one may of a single mail too."""
        return self.others is not None and not (self.said or self.spared)

    def of(self, known: Collection[int]) -> dict[int, Command]:
        """What is said of each of these numbers."""
        said = {number: self.said[number] for number in self.said if number in known}
        if self.others is not None:
            said |= {n: self.others for n in known if n not in self.said and n not in self.spared}
        return said


@dataclass(slots=True)
class _Heard:
    """What was understood so far."""

    said: dict[int, Command] = field(default_factory=dict)
    others: list[tuple[Of, Command]] = field(default_factory=list)
    spared: set[int] = field(default_factory=set)
    unclear: bool = False
    contrary: bool = False
    by_number: bool = False

    def note(self, heads: Sequence[Head], command: Command | None) -> None:
        """What is said of these, None where that is not understood."""
        self.by_number = self.by_number or any(head.numbers for head in heads)
        spared = {number for head in heads if head.of is Of.NOT for number in head.numbers}
        self.spared |= spared
        if len(heads) == 1 and spared:
            if command is not None:  # "all ok except 2 spam"
                self._tell(spared, command)
            return
        for head in heads:
            if head.of is Of.NOT:
                continue
            if command is None:
                self.unclear = True
            elif head.of is Of.NUMBERS:
                self._tell(set(head.numbers) - spared, command)
            else:
                self.others.append((head.of, command))

    def _tell(self, numbers: Iterable[int], command: Command) -> None:
        for number in numbers:
            if self.said.setdefault(number, command) != command:
                self.contrary = True

    def whole(self) -> Several:
        """All of it; nothing where it says two things."""
        of_all = any(of is Of.ALL for of, _ in self.others)
        if self.contrary or len(self.others) > 1 or (of_all and set(self.said) - self.spared):
            return Several({}, unclear=True)
        others = self.others[0][1] if self.others else None
        return Several(self.said, others, frozenset(self.spared), self.unclear)


def decisions(lines: Iterable[str], reader: Reader, *, strict: bool = True) -> Several | None:
    """What is said of which; None where nothing is said so. What stands below a line of another kind is not
    read; what stands above one is, unless it is `strict`."""
    heard = _Heard()
    begun = False
    left = _LONGEST
    for row in islice(filter(None, lines), _MOST_LINES):
        line = " ".join(row.split())
        left -= len(line)
        if left < 0:
            heard.unclear = True
            break
        if len(line) <= _LONGEST_LINE and _hear(line, reader, heard):
            begun = True
        elif begun or strict:
            break
    return heard.whole() if begun and (heard.by_number or heard.others) else None


def _hear(line: str, reader: Reader, heard: _Heard) -> bool:
    """Hear a line; False where it names no mail, or begins with something else."""
    heads = heads_of(line)
    verb = trimmed(line[: heads[0].start]) if heads else ""
    if not heads or (verb and not _is_bare(verb, reader)):
        return False
    texts = [
        trimmed(line[head.end : following.start if following else len(line)])
        for head, following in zip(heads, [*heads[1:], None], strict=True)
    ]
    waiting: list[Head] = []
    at = 0
    while at < len(heads):
        waiting.append(heads[at])
        # Where nothing stands behind the last number, its verb stands before it, and so may others do.
        later = (texts[-1] and texts[at + 1]) if at + 1 < len(texts) else None
        if not texts[at] and later is not None and heads[at + 1].of in (heads[at].of, Of.NOT):
            at += 1  # "1 2 ok", "all except 2 ok": they are told what the next one is
            continue
        command, following = _said(verb, texts[at], later, reader)
        has_reason = command is not None and command.argument is not None
        if has_reason and not following:
            begin, at = at, _end_of_reason(heads, texts, at, reader)
            if at > begin:
                end = heads[at + 1].start if at + 1 < len(heads) else len(line)
                longer = trimmed(line[heads[begin].end : end])
                command = _one(verb, longer, reader) or _going_on(command, longer, texts[begin])
        elif verb and heads[at].joined and not (following or reader.says_nothing(texts[at])):
            command = None  # "I approve, the rest is for you"
        heard.note(waiting, command)
        waiting, verb = [], following
        at += 1
    return True


def _said(verb: str, text: str, later: str | None, reader: Reader) -> tuple[Command | None, str]:
    """What a text says of the numbers before it, for which this verb stands already unless it is blank, where `later`
    is the text of the next ones: (the command, the bare verb at its end that is said of those)."""
    if later is None:
        return _one(verb, text, reader), ""
    if verb and _leads(text, later, reader):
        return _one(verb, "", reader), text
    for cut in list(_CUT.finditer(text))[-_MOST_CUTS:][::-1]:
        before, following = trimmed(text[: cut.start()]), trimmed(text[cut.end() :])
        first = _one(verb, before, reader)
        if first is not None and _leads(following, later, reader):
            return first, following
        if _contradicts(first, following, reader):
            return None, ""
    return _one(verb, text, reader), ""


def _end_of_reason(heads: Sequence[Head], texts: Sequence[str], at: int, reader: Reader) -> int:
    """The last head that belongs to the reason given at this one: nothing sets it apart, or nothing is decided
    behind it."""
    while at + 1 < len(heads):
        head, before = heads[at + 1], heads[at]
        is_apart = head.apart or (head.marked and before.marked)
        following = next((number for number in range(at + 1, len(texts)) if texts[number]), None)
        if is_apart and (
            head.of is Of.NOT
            or (
                following is not None
                and _said("", texts[following], "" if texts[following + 1 :] else None, reader)[0]
            )
        ):
            break
        at += 1
    return at


def _one(verb: str, text: str, reader: Reader) -> Command | None:
    """The one decision that these are."""
    found = reader.one(f"{verb}, {text}" if verb and text else verb or text)
    if found is None and not verb:
        found = reader.one(without_being(text))
    return found if found is not None and found.item is None else None


def _going_on(command: Command | None, longer: str, text: str) -> Command | None:
    """A decision whose reason is longer than the text that it was read from."""
    if command is None or command.argument is None:
        return command
    return replace(command, argument=command.argument + longer[len(text) :])


def _is_bare(text: str, reader: Reader) -> bool:
    """Whether a text decides and gives no reason."""
    found = _one("", text, reader) if len(text) <= _LONGEST_VERB else None
    return found is not None and found.argument is None


def _contradicts(first: Command | None, text: str, reader: Reader) -> bool:
    """Whether two bare verbs stand side by side: "ok, reject"."""
    second = _one("", text, reader) if first is not None and first.argument is None else None
    return first is not None and second is not None and first.verb != second.verb


def _leads(verb: str, text: str, reader: Reader) -> bool:
    """Whether a verb is said of the numbers behind it, with this text behind those: not in "no, 3 ok"."""
    return _is_bare(verb, reader) and not _is_bare(text, reader)
