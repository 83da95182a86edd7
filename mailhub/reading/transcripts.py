"""Who failed, read from the words that mail systems write for people.

Hundreds of programs write such notices, each in its own way, but they name a recipient in few: in
brackets before a colon, behind a label such as "Recipient:", on a line of its own, in the dialogue with
the server that refused, or inside of a sentence. Each way is a reader below, or in `passing`. They are
tried from the surest to the weakest, and the first that finds anyone ends the search, so that an address
mentioned in passing is reported only where nobody is named better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailhub.reading.addressing import ADDRESS, address_in
from mailhub.reading.mentions import (
    ALONE,
    BULLET,
    OPENING,
    PLAIN,
    REFUSAL,
    Mention,
    Reader,
    is_bystander,
    stands_in_list,
    words_after,
)
from mailhub.reading.notices import Line
from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.statuses import is_telling

_IN_BRACKETS = re.compile(
    BULLET + r"<(?:mailto:|smtp:)?(?P<address>[^<>\s]{1,128}@[^<>\s]{1,255})>\s{0,8}(?P<rest>.*)$",
    re.I,
)
_BEFORE_WORDS = re.compile(
    BULLET + r"['\"\[(]?" + PLAIN + r"['\"\])]{0,2}(?P<rest>\s{0,4}[:;,(\[#.-].*|\s{1,40}\S.*)$",
    re.I,
)
_EXPANDED = re.compile(r"\s{1,12}\((?:expanded from|was addressed to):?\s{1,4}<?" + PLAIN, re.I)
_GENERATED = re.compile(r"(?:\s{1,12}|\s{0,12}\()generated (?:from|by)\s{1,4}<?" + PLAIN, re.I)
_DIALOGUE = re.compile(r"rcpt\s{1,4}to\s{0,4}:\s{0,9}<?\s{0,2}" + ADDRESS.pattern, re.I)


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
            yield Mention(address_in(match["address"]), words_after(prose, number, rest), True)


def labelled(prose: Sequence[Line]) -> Iterable[Mention]:
    """`Recipient: jane@example.org`, `Unknown user: …`, "error delivering your mail to …"."""
    marked = phrases("returns", "labels.marked")
    running = phrases("returns", "labels.running")
    for number, line in enumerate(prose):
        for match in ADDRESS.finditer(line.text):
            before = line.text[: match.start()].removesuffix("mailto:").removesuffix("SMTP:")
            label = fold(before.rstrip(OPENING))
            if first_of(label, phrases("returns", "bystanders")):
                continue
            signed = before.rstrip(" <[('\"").endswith((":", "="))
            if _ends_with(label, running) or (
                (signed or label in marked) and _ends_with(label, marked)
            ):
                rest = line.text[match.end() :].lstrip(">])'\" ")
                words = words_after(prose, number, rest)
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
            yield Mention(address_in(found["address"]), words_after(prose, number, ""))
        elif stands_in_list(prose, number) and not is_bystander(line):
            match = ALONE.match(line.text)
            if not match and _begins_paragraph(prose, number):
                match = _BEFORE_WORDS.match(line.text)
            if match:
                rest = match.groupdict().get("rest") or ""
                yield Mention(address_in(match["address"]), words_after(prose, number, rest))


def in_dialogue(prose: Sequence[Line]) -> Iterable[Mention]:
    """`>>> RCPT TO:<jane@example.org>`, `<<< 550 …`: the dialogue with the server that refused."""
    unanswered: list[Mention] = []
    refused = False
    for number, line in enumerate(prose):
        if not (match := _DIALOGUE.search(line.text)):
            continue
        answer = " ".join(" ".join(one.text for one in prose[number : number + 4]).split())
        mention = Mention(address_in(match.group()), answer)
        if REFUSAL.search(answer) or any(one.speaks for one in prose[number : number + 3]):
            refused = True
            yield mention
        else:
            unanswered.append(mention)
    if not refused:
        yield from unanswered


LISTED: tuple[Reader, ...] = (in_brackets, on_own_line)
SURE: tuple[Reader, ...] = (in_brackets, labelled, on_own_line, in_dialogue)


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
