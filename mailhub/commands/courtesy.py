"""Courtesy: "Thanks!", "Brilliant, that works." Who answers a mail of ours so wants nothing more, and an
answer would have them write again. It is noted and counted, and not answered.

"Yes" is courtesy only below a receipt, which asks nothing.
"""

from __future__ import annotations

from mailhub.commands.asked import Told
from mailhub.commands.command import Place
from mailhub.commands.lines import Reader, pieces_of
from mailhub.commands.own_words import ends_plainly
from mailhub.commands.writer import Writer
from mailhub.letter import Kind, Letter

COURTESY = Told("courtesy")
LONGEST = 200  # characters of a line
MOST_LINES = 6


def is_courtesy(letter: Letter, *, below_receipt: bool = False) -> bool:
    """Whether all that an answer to us says, above a closing, is thanks, praise or a nod."""
    if letter.kind is not Kind.POST:
        return False
    reader = Reader(Writer.of(letter), Place.CONFIRM)
    lines = [line.strip() for line in letter.new_text[:10_000].splitlines() if line.strip()]
    said = False
    for number, line in enumerate(lines):
        if number >= MOST_LINES or len(line) > LONGEST:
            return False
        if is_courteous(reader, line) or (below_receipt and _is_yes(reader, line)):
            said = True
        elif said and reader.is_closing(line):
            return ends_plainly(lines[number:])
        elif reader.line(line) != ():
            return False
    return said


def is_courteous(reader: Reader, line: str) -> bool:
    """Whether a line is thanks, praise or a nod, in each of its parts."""
    pieces = pieces_of(line)
    courteous = [reader.is_kind(lambda language: language.courtesies, piece) for piece in pieces]
    return any(courteous) and all(
        said
        or reader.writer.is_name(piece)
        or reader.is_kind(lambda language: language.forms, piece)
        for said, piece in zip(courteous, pieces, strict=True)
    )


def _is_yes(reader: Reader, line: str) -> bool:
    found = reader.line(line)
    return found is not None and [one.verb for one in found] == ["yes"]
