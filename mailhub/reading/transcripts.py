"""Who failed, read from the words that mail systems write for people.

Hundreds of programs write such notices, each in its own way, but they name a recipient in few: on a
line of its own, in brackets before a colon, behind a label such as "Recipient:", in the dialogue with
the server that refused, or inside of a sentence. Each way is a reader below. They are tried from the
surest to the weakest, and the first that finds anyone ends the search, so that an address mentioned
in passing is reported only where nobody is named better.

In: the lines of a Notice. Out: Mentions, each an address with the words that belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.reports import MAX_RECIPIENTS, address_in

_MAX_WORDS_LINES = 14
_ADDRESS = r"(?P<address>\"?[^\s<>()\[\]\",;:|\\]{1,128}@[^\s<>()\[\]\",;:|\\]{1,255})"
_IN_BRACKETS = re.compile(
    r"\s{0,12}(?:[*>o•·-]{1,3}\s{1,4})?<(?:mailto:|smtp:)?(?P<address>[^<>\s]{1,128}@[^<>\s]{1,255})>\s{0,4}(?P<rest>[:(].*|[,;]?|\.{3}.*|\s-.*| .*)$",
    re.I,
)
_ALONE = re.compile(
    r"\s{0,60}(?:[*>o•·?-]{1,4}\s{0,4}|\d{1,3}[.)]\s{1,4})?['\"(\[]?(?:mailto:|smtp:)?"
    + _ADDRESS
    + r"['\")\]]?\s{0,4}[:,;.]?\s*$",
    re.I,
)
_BEFORE_WORDS = re.compile(
    r"\s{0,60}(?:[*>o•·-]{1,3}\s{1,4})?['\"\[(]?"
    + _ADDRESS
    + r"['\"\])]{0,2}(?P<rest>\s{0,4}(?:[:;,(\[#]|\.{2,3}|-{1,2} | on \w{3}| {2,}| \w).*)$",
    re.I,
)
_LABELLED = re.compile(
    r"\s{0,20}(?:[*•-]\s{0,4})?(?P<label>[^@<>:\r\n]{0,70}?)(?P<mark>\s?[:=]\s{0,40}|\s)(?:\[?smtp:|rfc822;\s?)?[<\['\"(]{0,2}"
    + _ADDRESS
    + r"[>\]'\")]{0,2}(?P<rest>.*)$",
    re.I,
)
_DIALOGUE = re.compile(
    r"rcpt\s{1,4}to\s{0,4}:\s{0,4}<?\s{0,2}(?P<address>[^<>\s]{1,128}@[^<>\s,;]{1,255})>?", re.I
)
_EXPANDED = re.compile(r"\s{1,12}\((?:expanded from|was addressed to):?\s{1,4}<?" + _ADDRESS, re.I)
_REFUSAL = re.compile(r"(?<![\d.])[45]\d\d[ \-#:]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A recipient named in prose. `words` are its own words; "" where none stand near it."""

    address: str
    words: str


Reader = Callable[[Sequence[str]], Iterable["Mention"]]


def mentions(
    prose: Sequence[str], barred: frozenset[str], readers: Sequence[Reader]
) -> tuple[Mention, ...]:
    """The recipients that the first successful of `readers` finds in the lines of a notice.

    At most 100, each once. Folded addresses in `barred` are passed over.
    """
    for reader in readers:
        named: dict[str, Mention] = {}
        for mention in reader(prose):
            folded = mention.address.casefold()
            if not folded or folded in barred or (_is_system(folded) and reader is not in_brackets):
                continue
            if folded not in named or (mention.words and not named[folded].words):
                named[folded] = mention
            if len(named) >= MAX_RECIPIENTS:
                break
        if named:
            return tuple(named.values())
    return ()


def _is_system(address: str) -> bool:
    local = address.partition("@")[0]
    return any(
        local == name or local.startswith(f"{name}-") for name in phrases("returns", "daemons")
    )


def in_brackets(prose: Sequence[str]) -> Iterable[Mention]:
    """`<jane@example.org>: host said…` at the start of a line: Postfix, qmail, Courier, Yahoo."""
    for number, line in enumerate(prose):
        match = _IN_BRACKETS.match(line)
        if match and (match["rest"][:1] in ":(" or _stands_in_list(prose, number)):
            yield Mention(address_in(match["address"]), _words_after(prose, number, match["rest"]))


def labelled(prose: Sequence[str]) -> Iterable[Mention]:
    """`Recipient: jane@example.org`, `Unknown user: …`, `User mailbox exceeds allowed size: …`."""
    labels = phrases("returns", "labels")
    for number, line in enumerate(prose):
        match = _LABELLED.match(line)
        if match is None:
            continue
        label = fold(match["label"])
        if any(label.endswith(one) for one in labels):
            yield Mention(
                address_in(match["address"]),
                label + " " + _words_after(prose, number, match["rest"]),
            )


def on_own_line(prose: Sequence[str]) -> Iterable[Mention]:
    """An address alone on its line, or with its reason behind it, below words of failure."""
    for number, line in enumerate(prose):
        if expanded := _EXPANDED.match(line):
            # The address that we mailed; the one above it is where an alias led.
            yield Mention(address_in(expanded["address"]), _words_after(prose, number, ""))
        elif "@" in line and _stands_in_list(prose, number) and not _is_bystander(line):
            match = _ALONE.match(line) or (
                _begins_paragraph(prose, number) and _BEFORE_WORDS.match(line)
            )
            if match:
                rest = match.groupdict().get("rest") or ""
                yield Mention(address_in(match["address"]), _words_after(prose, number, rest))


def in_dialogue(prose: Sequence[str]) -> Iterable[Mention]:
    """`>>> RCPT TO:<jane@example.org>`, `<<< 550 …`: the dialogue with the server that refused."""
    for number, line in enumerate(prose):
        match = _DIALOGUE.search(line)
        if match is None:
            continue
        answer = " ".join(prose[number : number + 4])
        if _REFUSAL.search(answer) or first_of(fold(answer), phrases("returns", "leads")):
            yield Mention(address_in(match["address"]), " ".join(answer.split()))


def in_sentence(prose: Sequence[str]) -> Iterable[Mention]:
    """ "Your message to jane@example.org could not be delivered": one sentence, over two lines."""
    leads = phrases("returns", "leads")
    for number, line in enumerate(prose):
        if "@" not in line or _is_bystander(line):
            continue
        around = " ".join(prose[max(0, number - 1) : number + 3])
        if first_of(fold(around), leads) or _REFUSAL.search(line):
            for piece in line.split():
                address = address_in(piece)
                if address:
                    yield Mention(address, " ".join(around.split()))


SURE: tuple[Reader, ...] = (in_brackets, labelled, on_own_line, in_dialogue)
UNSURE: tuple[Reader, ...] = (in_sentence,)


def _is_bystander(line: str) -> bool:
    return bool(first_of(fold(line), phrases("returns", "bystanders")))


def _begins_paragraph(prose: Sequence[str], number: int) -> bool:
    """Whether no sentence runs on into this line: a list begins here, or goes on."""
    above = prose[number - 1].strip() if number else ""
    return (
        not above
        or above[-1] in ":-=*_|"
        or "@" in above.split()[0]
        or prose[number - 1].startswith("   ")
    )


def _stands_in_list(prose: Sequence[str], number: int) -> bool:
    """Whether words of failure stand shortly before this line, with nothing but its like between."""
    leads = phrases("returns", "leads")
    for line in reversed(prose[max(0, number - 40) : number]):
        folded = fold(line)
        if first_of(folded, leads):
            return True
    return False


def _words_after(prose: Sequence[str], number: int, rest: str) -> str:
    """The words of a mention: those behind it, and the lines below up to the next address."""
    words = [rest.strip(" :;,")]
    for line in prose[number + 1 : number + 1 + _MAX_WORDS_LINES]:
        bare = line.strip()
        if not bare and any(words) and len(words) > 1:
            break
        if (_IN_BRACKETS.match(line) and bare.startswith("<") and ">:" in bare) or _ALONE.match(
            line
        ):
            break
        words.append(bare)
    return " ".join(" ".join(words).split())
