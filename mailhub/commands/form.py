"""What people say of themselves in an answer to us: "Name: Jane Doe" in a line of its own, wherever in
the mail, since many fill in what is quoted; else their name as their mail program gives it."""

from __future__ import annotations

import re
from functools import cache

from mailhub import words
from mailhub.letter import Letter

MAX_LINES = 500
MAX_LINE = 300


def read(letter: Letter) -> dict[str, str]:
    """name, organisation, job: those that are filled in."""
    found: dict[str, str] = {}
    for line in letter.text.splitlines()[:MAX_LINES]:
        match = _line().fullmatch(line[:MAX_LINE].strip(" \t>|*_"))
        if match:
            value = " ".join(match["value"].strip(" \t*_").split())
            if value and not value.startswith("("):
                found.setdefault(_labels()[match["label"].casefold()], value)
    return found


@cache
def _labels() -> dict[str, str]:
    """What each label stands for."""
    table = words.table("form")
    return {label: key for key, labels in table.items() for label in labels}


@cache
def _line() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, _labels()))
    return re.compile(rf"(?P<label>{labels})\*?\s*:\s*(?P<value>.*)", re.IGNORECASE)
