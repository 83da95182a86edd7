"""Finds who somebody is and how to reach them, below the name that ends a mail.

"Kind regards / Jane Doe / Performance Officer / 0113 496 0000": the closing and the name stay, they are
the writer's own; what stands below is signature. It is one only where every line to the end is short
and no sentence, a closing or the author's own name stands above, and a number, an address or a link
is in it. A list of officers, or a helpline's new number, is somebody's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailhub.reading.quote_words import signature_words

_MOST_LINES = 25
_LONGEST = 120
_MOST_WORDS = 14
_WORDS_OF_NAME = 5

_AROUND = " \t*_|,.!\xa0"
_ENDS = (".", "!", "?", ":", ";", ",", "。", "？", "！")
_BEHIND_NAME = re.compile(r"\s*(?:[|,/·•–—(-]|\s{3,})")
_RULE = re.compile(r"[\s*_=~–—-]{3,}")
# "[1] https://…", "1 - https://…": what the words above lean on.
_FOOTNOTE = re.compile(r"\[?\d{1,2}(?:\]|\s?[-.):])\s{0,3}(?:https?:|www\.|\S{0,300}$)")
_POSTSCRIPT = re.compile(r"\W*p\.?\s?s\b", re.IGNORECASE)
_REACHED = re.compile(
    r"(?:\+|\(|\b)\d[\d ()./-]{6,18}\d\b|\S@\w|\bwww\.|https?://|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)


def first_line(lines: Sequence[str], author: str) -> int:
    """The first line of such a block; the number of lines where there is none.

    `author` is the name in the mail's From, "" where it has none.
    """
    top = _top(lines)
    anchor = _anchor(lines, top, _folded(author))
    if anchor is None:
        return len(lines)
    below = [line for line in lines[anchor:] if line.strip() and not _RULE.fullmatch(line[:200])]
    if not any(_REACHED.search(line[:200]) for line in below):
        return len(lines)
    return anchor


def _top(lines: Sequence[str]) -> int:
    """The line from which on all might be such a block."""
    top = len(lines)
    for number in range(len(lines) - 1, max(len(lines) - _MOST_LINES, 0) - 1, -1):
        if not _may_belong(lines[number]):
            break
        top = number
    return top


def _may_belong(line: str) -> bool:
    bare = line.strip()
    if len(bare) > _LONGEST or len(bare.split()) > _MOST_WORDS:
        return False
    if _POSTSCRIPT.match(bare[:20]) or _FOOTNOTE.match(bare):
        return False
    return not bare.endswith(_ENDS) or _is_closing(bare) or _REACHED.search(bare) is not None


def _anchor(lines: Sequence[str], top: int, author: str) -> int | None:
    """The line below the name, or that of the name where more stands in it; None where there is none."""
    for number in range(top, len(lines)):
        bare = lines[number].strip()
        if _is_closing(bare):
            return _below_name(lines, number + 1, author)
        if author and _names(bare, author) and _is_set_apart(lines, number):
            return _below_name(lines, number, author)
    return None


def _below_name(lines: Sequence[str], start: int, author: str) -> int | None:
    """The first line below the name that stands at `start` or next to it."""
    name = next((n for n in range(start, len(lines)) if lines[n].strip()), None)
    if name is None:
        return None
    bare = lines[name].strip(_AROUND)
    if _REACHED.search(bare) or len(bare.split()) > _WORDS_OF_NAME or _RULE.fullmatch(bare):
        return name
    if author and _names(bare, author) and _folded(bare) != author:
        return name  # "Jane Doe | Performance Officer"
    return name + 1


def _is_set_apart(lines: Sequence[str], number: int) -> bool:
    """Whether a paragraph begins here, and the one above does not announce it: "Our officers:"."""
    above = next((n for n in range(number - 1, -1, -1) if lines[n].strip()), None)
    if above is None or lines[above].rstrip().endswith((":", "：")):
        return False
    return above < number - 1 or _RULE.fullmatch(lines[above][:200]) is not None


def _is_closing(line: str) -> bool:
    return len(line) <= _LONGEST and _folded(line) in signature_words().closings


def _names(line: str, author: str) -> bool:
    """Whether a line is the author's name, alone or with what they are behind it."""
    folded = _folded(line)
    if folded == author:
        return True
    return folded.startswith(author) and bool(_BEHIND_NAME.match(folded[len(author) :]))


def _folded(name: str) -> str:
    """A name as it is compared: "Doe, Jane (Leeds)" is "jane doe"."""
    name = name[:_LONGEST].partition("(")[0] if name.endswith(")") else name[:_LONGEST]
    last, comma, first = name.partition(",")
    if comma and first.strip() and len(name.split()) <= _WORDS_OF_NAME:
        name = f"{first} {last}"
    return " ".join(name.strip(_AROUND).lower().split())
