"""Who failed, read from the words that mail systems write for people.

Hundreds of programs write such notices, each in its own way, but they name a recipient in few: in
brackets before a colon, behind a label such as "Recipient:", on a line of its own, in the dialogue with
the server that refused, or inside of a sentence. Each way is a reader below. They are tried from the
surest to the weakest, and the first that finds anyone ends the search, so that an address mentioned
in passing is reported only where nobody is named better.

In: the lines of a Notice. Out: Mentions, each an address with the words that belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mailhub.reading.addressing import ADDRESS, address_in
from mailhub.reading.notices import Line
from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.reports import MAX_RECIPIENTS
from mailhub.reading.statuses import is_telling
from mailhub.reading.systems import is_system

_WORDS_LINES = 14  # how many lines below an address may speak of it
_LIST_LINES = 40  # how far above an address the words of failure may stand

# "o" and "-" are bullets only before a blank: else an address begins with them.
_BULLET = r"\s{0,60}(?:[*>•·?]{1,4}\s{0,4}|[o-]{1,2}>?\s{1,4}|\d{1,3}[.)]\s{1,4})?"
_PLAIN = (
    r"(?:mailto:|smtp:)?(?P<address>\"?[^\s<>()\[\]\",;:|\\]{1,128}@[^\s<>()\[\]\",;:|\\]{1,255})"
)
_IN_BRACKETS = re.compile(
    _BULLET + r"<(?:mailto:|smtp:)?(?P<address>[^<>\s]{1,128}@[^<>\s]{1,255})>\s{0,8}(?P<rest>.*)$",
    re.I,
)
_ALONE = re.compile(
    _BULLET
    + r"['\"(\[]?"
    + _PLAIN
    + r"['\")\]]?\s{0,4}(?:[(<](?:mailto:)?[^\s<>()]{1,300}[)>])?\s{0,4}[:,;.]?\s*$",
    re.I,
)
_BEFORE_WORDS = re.compile(
    _BULLET + r"['\"\[(]?" + _PLAIN + r"['\"\])]{0,2}(?P<rest>\s{0,4}[:;,(\[#.-].*|\s{1,40}\S.*)$",
    re.I,
)
_EXPANDED = re.compile(r"\s{1,12}\((?:expanded from|was addressed to):?\s{1,4}<?" + _PLAIN, re.I)
_GENERATED = re.compile(r"(?:\s{1,12}|\s{0,12}\()generated (?:from|by)\s{1,4}<?" + _PLAIN, re.I)
_DIALOGUE = re.compile(r"rcpt\s{1,4}to\s{0,4}:\s{0,9}<?\s{0,2}" + ADDRESS.pattern, re.I)
_REFUSAL = re.compile(r"(?<![\d.])[45]\d\d[ \-#:]")
_OPENING = " :=<>[('\"*`"


@dataclass(frozen=True, slots=True)
class Mention:
    """A recipient named in prose. `words` are its own words; "" where none stand near it."""

    address: str
    words: str


Reader = Callable[[Sequence[Line]], Iterable[Mention]]


def mentions(
    prose: Sequence[Line], barred: frozenset[str], readers: Sequence[Reader]
) -> tuple[Mention, ...]:
    """The recipients that the first successful of `readers` finds in the lines of a notice.

    At most 100, each once. Folded addresses in `barred` are passed over.
    """
    for reader in readers:
        named: dict[str, Mention] = {}
        for mention in reader(prose):
            folded = mention.address.casefold()
            if not folded or folded in barred or (is_system(folded) and reader is not in_brackets):
                continue
            if folded not in named or (mention.words and not named[folded].words):
                named[folded] = mention
            if len(named) >= MAX_RECIPIENTS:
                break
        if named:
            return tuple(named.values())
    return ()


def in_brackets(prose: Sequence[Line]) -> Iterable[Mention]:
    """`<jane@example.org>: host said…` at the start of a line: Postfix, qmail, Courier, Yahoo."""
    for number, line in enumerate(prose):
        if "<" not in line.text or not (match := _IN_BRACKETS.match(line.text)):
            continue
        # A colon, or one behind "(expanded from …)". Without it this may be a line of a wrapped
        # sentence, which counts only below words of failure.
        rest = match["rest"]
        colon = rest[:1] == ":" or "): " in rest
        if colon or (stands_in_list(prose, number) and not is_bystander(line)):
            yield Mention(address_in(match["address"]), _words_after(prose, number, rest))


def labelled(prose: Sequence[Line]) -> Iterable[Mention]:
    """`Recipient: jane@example.org`, `Unknown user: …`, "error delivering your mail to …"."""
    marked = phrases("returns", "labels.marked")
    running = phrases("returns", "labels.running")
    for number, line in enumerate(prose):
        for match in ADDRESS.finditer(line.text):
            before = line.text[: match.start()].removesuffix("mailto:").removesuffix("SMTP:")
            label = fold(before.rstrip(_OPENING))
            if first_of(label, phrases("returns", "bystanders")):
                continue
            signed = before.rstrip(" <[('\"").endswith((":", "="))
            if _ends_with(label, running) or (
                (signed or label in marked) and _ends_with(label, marked)
            ):
                rest = line.text[match.end() :].lstrip(">])'\" ")
                words = _words_after(prose, number, rest)
                if not is_telling(words) and is_telling(label):
                    words = f"{line.text.strip()} {words}"
                yield Mention(address_in(match.group()), words.strip())


def on_own_line(prose: Sequence[Line]) -> Iterable[Mention]:
    """An address alone on its line, or with its reason behind it, below words of failure."""
    for number, line in enumerate(prose):
        if "@" not in line.text:
            continue
        above = prose[number - 1].text if number else ""
        if (found := _EXPANDED.match(line.text)) or (
            "@" not in above and (found := _GENERATED.match(line.text))
        ):
            # The address that we mailed; what stands above it is where an alias led.
            yield Mention(address_in(found["address"]), _words_after(prose, number, ""))
        elif stands_in_list(prose, number) and not is_bystander(line):
            match = _ALONE.match(line.text)
            if not match and _begins_paragraph(prose, number):
                match = _BEFORE_WORDS.match(line.text)
            if match:
                rest = match.groupdict().get("rest") or ""
                yield Mention(address_in(match["address"]), _words_after(prose, number, rest))


def in_dialogue(prose: Sequence[Line]) -> Iterable[Mention]:
    """`>>> RCPT TO:<jane@example.org>`, `<<< 550 …`: the dialogue with the server that refused."""
    unanswered: list[Mention] = []
    refused = False
    for number, line in enumerate(prose):
        if not (match := _DIALOGUE.search(line.text)):
            continue
        answer = " ".join(" ".join(one.text for one in prose[number : number + 4]).split())
        mention = Mention(address_in(match.group()), answer)
        if _REFUSAL.search(answer) or any(one.speaks for one in prose[number : number + 3]):
            refused = True
            yield mention
        else:
            unanswered.append(mention)
    if not refused:
        yield from unanswered


def alone_anywhere(prose: Sequence[Line]) -> Iterable[Mention]:
    """An address alone on its line, though no words of failure that we know stand above it."""
    for number, line in enumerate(prose):
        if "@" in line.text and not is_bystander(line) and (match := _ALONE.match(line.text)):
            yield Mention(address_in(match["address"]), _words_after(prose, number, ""))


def in_sentence(prose: Sequence[Line]) -> Iterable[Mention]:
    """A sentence over three lines: "Your message to jane@example.org could not be delivered".

    Where the words before one address point to it ("to", "for", "user"), the others are not meant.
    """
    pointed: list[Mention] = []
    others: list[Mention] = []
    for number, line in enumerate(prose):
        if "@" not in line.text or is_bystander(line):
            continue
        near = prose[max(0, number - 1) : number + 3]
        if not any(one.speaks for one in near) and not _REFUSAL.search(line.text):
            continue
        words = " ".join(" ".join(one.text for one in near).split())
        for match in ADDRESS.finditer(line.text):
            before = line.text[: match.start()].strip() or near[0].text
            word = fold(before[-40:].rstrip(_OPENING)).rpartition(" ")[2].strip(_OPENING)
            chosen = pointed if word in phrases("returns", "towards") else others
            chosen.append(Mention(address_in(match.group()), words))
    yield from pointed or others


def in_address_line(prose: Sequence[Line]) -> Iterable[Mention]:
    """`To: 5550100@mobile.example`, where a notice repeats only that of the mail that came back."""
    for number, line in enumerate(prose):
        if line.folded.startswith(("to:", "to :")) and (address := address_in(line.text)):
            yield Mention(address, _words_after(prose, number, ""))


def alone_of_its_kind(prose: Sequence[Line]) -> Iterable[Mention]:
    """The one address in all of the notice, but for those of who sent it and whom to ask."""
    found: dict[str, Mention] = {}
    for number, line in enumerate(prose):
        if "@" not in line.text or is_bystander(line):
            continue
        for match in ADDRESS.finditer(line.text):
            address = address_in(match.group())
            if address and not is_system(address.casefold()):
                words = f"{line.text.strip()} {_words_after(prose, number, '')}"
                found.setdefault(address.casefold(), Mention(address, words))
    if len(found) == 1:
        yield from found.values()


LISTED: tuple[Reader, ...] = (in_brackets, on_own_line)
SURE: tuple[Reader, ...] = (in_brackets, labelled, on_own_line, in_dialogue)
UNSURE: tuple[Reader, ...] = (in_sentence, alone_anywhere, in_address_line, alone_of_its_kind)


def is_bystander(line: Line) -> bool:
    """Whether the line names an address that did not fail: a postmaster to ask, a sender."""
    return bool(first_of(line.folded, phrases("returns", "bystanders")))


def stands_in_list(prose: Sequence[Line], number: int) -> bool:
    """Whether words of failure stand above a line, not too far, and none of success below them."""
    for line in reversed(prose[max(0, number - _LIST_LINES) : number]):
        if first_of(line.folded, phrases("returns", "successes")):
            return False
        if line.speaks:
            return True
    return False


def _ends_with(label: str, choices: tuple[str, ...]) -> bool:
    """Whether a label ends with one of the choices, as whole words."""
    for one in choices:
        if label.endswith(one):
            before = label[: -len(one)]
            if not before or not before[-1].isalnum() or not one.isascii():
                return True
    return False


def _begins_paragraph(prose: Sequence[Line], number: int) -> bool:
    """Whether no sentence runs on into this line: a list begins here, or goes on."""
    above = prose[number - 1].text if number else ""
    bare = above.strip()
    return (
        not bare
        or bare[-1] in ":-=*_|"
        or "@" in bare.split()[0]
        or above.startswith(("   ", "\t"))
    )


def _words_after(prose: Sequence[Line], number: int, rest: str) -> str:
    """The words of a mention: those behind it, and the lines below up to the next address.

    They end at a blank line once they say why; if they never do, the first paragraph is all.
    """
    words = [rest.strip(" :;,")]
    paragraph = ""
    for line in prose[number + 1 : number + 1 + _WORDS_LINES]:
        bare = line.text.strip()
        if not bare and any(words):
            so_far = " ".join(words)
            if is_telling(so_far):
                break
            paragraph = paragraph or so_far
        if "@" in bare and ((bare[:1] == "<" and ">:" in bare) or _ALONE.match(line.text)):
            break
        if bare.strip("-=*_#|~ "):
            words.append(bare)
    found = " ".join(" ".join(words).split())
    return found if is_telling(found) else " ".join((paragraph or found).split())
