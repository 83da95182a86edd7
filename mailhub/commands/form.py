"""Forms that people fill in in an answer to us: "Name: Jane Doe" in a line of its own, wherever in the
mail, since many fill in what is quoted; what stands in their own words comes before what is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mailhub import words
from mailhub.letter import Letter

MAX_LINES = 500
MAX_LINE = 300
MAX_VALUE = 2_000
_AROUND = " \t>|*_"
_BROKEN_AT = 55  # a line of this length was perhaps broken by a mail program


def read(letter: Letter, form: str = "form", *, goes_on: tuple[str, ...] = ()) -> dict[str, str]:
    """What is filled in, by its key in the table `form` of templates/words/; a value in brackets is
    none. What is told under one of the keys `goes_on` may stand on several lines."""
    found: dict[str, str] = {}
    for key, value in _filled(letter.text, form, goes_on):
        found.setdefault(key, value)
    own = dict(reversed(list(_filled(letter.new_text, form, goes_on))))
    return found | own


def is_line(line: str, form: str = "form") -> bool:
    """Whether this is a line of the form, filled in or not."""
    return _line(form).fullmatch(line[:MAX_LINE].strip(_AROUND)) is not None


def _filled(text: str, form: str, goes_on: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(key, value) of each line that is filled in, in their order."""
    key, value, last = "", "", ""
    for line in text.splitlines()[:MAX_LINES]:
        line = line[:MAX_LINE].strip(_AROUND)
        match = _line(form).fullmatch(line)
        if match is None and key in goes_on and line and len(last) >= _BROKEN_AT:
            value, last = f"{value} {line}", line
            continue
        yield from _said(key, value)
        key = _labels(form)[match["label"].casefold()] if match else ""
        value, last = (match["value"], line) if match else ("", "")
    yield from _said(key, value)


def _said(key: str, value: str) -> Iterator[tuple[str, str]]:
    value = " ".join(value.strip(" \t*_").split())[:MAX_VALUE]
    if key and value and not value.startswith("("):
        yield key, value


@cache
def _labels(form: str) -> dict[str, str]:
    """What each label stands for."""
    return {label: key for key, labels in words.said(form).items() for label in labels}


@cache
def _line(form: str) -> re.Pattern[str]:
    labels = "|".join(map(re.escape, _labels(form)))
    return re.compile(rf"(?P<label>{labels})\*?\s*:\s*(?P<value>.*)", re.IGNORECASE)
