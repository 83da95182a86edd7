"""Addresses that a notice names in passing: looked at only where nobody is named better."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailhub.reading.addressing import ADDRESS, address_in
from mailhub.reading.mentions import (
    ALONE,
    OPENING,
    REFUSAL,
    Mention,
    Reader,
    is_bystander,
    words_after,
)
from mailhub.reading.notices import Line
from mailhub.reading.phrases import fold, phrases
from mailhub.reading.systems import is_system


def alone_anywhere(prose: Sequence[Line]) -> Iterable[Mention]:
    """An address alone on its line, though no words of failure that we know stand above it."""
    for number, line in enumerate(prose):
        if "@" not in line.text or is_bystander(line) or _is_headed_aside(prose, number):
            continue
        if match := ALONE.match(line.text):
            yield Mention(address_in(match["address"]), words_after(prose, number, ""))


def _is_headed_aside(prose: Sequence[Line], number: int) -> bool:
    """Whether "Message from:" or the like stands as a heading above a line."""
    above = next((one for one in reversed(prose[:number]) if one.text.strip()), None)
    return above is not None and above.text.rstrip().endswith(":") and is_bystander(above)


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
        if not any(one.speaks for one in near) and not REFUSAL.search(line.text):
            continue
        words = " ".join(" ".join(one.text for one in near).split())
        for match in ADDRESS.finditer(line.text):
            before = line.text[: match.start()].strip() or near[0].text
            word = fold(before[-40:].rstrip(OPENING)).rpartition(" ")[2].strip(OPENING)
            chosen = pointed if word in phrases("returns", "towards") else others
            chosen.append(Mention(address_in(match.group()), words))
    yield from pointed or others


def in_address_line(prose: Sequence[Line]) -> Iterable[Mention]:
    """`To: 5550100@mobile.example`, where a notice repeats only that of the mail that came back."""
    for number, line in enumerate(prose):
        if line.folded.startswith(("to:", "to :")) and (address := address_in(line.text)):
            yield Mention(address, words_after(prose, number, ""))


def alone_of_its_kind(prose: Sequence[Line]) -> Iterable[Mention]:
    """The one address in all of the notice, but for those of who sent it and whom to ask."""
    found: dict[str, Mention] = {}
    for number, line in enumerate(prose):
        if "@" not in line.text or is_bystander(line):
            continue
        for match in ADDRESS.finditer(line.text):
            address = address_in(match.group())
            if address and not is_system(address.casefold()):
                words = f"{line.text.strip()} {words_after(prose, number, '')}"
                found.setdefault(address.casefold(), Mention(address, words))
    if len(found) == 1:
        yield from found.values()


UNSURE: tuple[Reader, ...] = (in_sentence, alone_anywhere, in_address_line, alone_of_its_kind)
