"""What a mail program, or a server on the way, puts beside somebody's words: logos, visiting cards, marks
of a signature. They make no post of a command; a paper does."""

from __future__ import annotations

from mailhub import library
from mailhub.letter import Letter


def brings_papers(letter: Letter) -> bool:
    """Whether a letter has anything attached that its author wants others to have: what the library
    would file, or a date in their calendars."""
    return any(library.why_not(file, letter) in ("", "calendar") for file in letter.attachments)
