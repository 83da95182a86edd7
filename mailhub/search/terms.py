"""What somebody types to search, as terms: `best value "service review" indic*`.

Every term must be found. Words in quotes stand side by side; so do the parts of one typed word
(`policy/performance`, `jane@example.org`). A star at the end of a word of three letters or more
finds all that begin with it. Nothing else is syntax, so nothing that is typed can be an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_QUERY = 200  # characters; what is beyond is not looked at
MAX_WORDS = 16
SHORTEST_PREFIX = 3
_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans("“”„«»", '"""""')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side; the last one is only the beginning of a word if `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False


def terms(query: str) -> tuple[Term, ...]:
    """The terms of a query, at most 16 words; empty where nothing in it is a word."""
    query = unicodedata.normalize("NFC", query[:MAX_QUERY]).translate(_QUOTES)
    found: list[Term] = []
    room = MAX_WORDS
    for phrase, chunk in _CHUNK.findall(query):
        words = tuple(_WORD.findall((phrase or chunk).casefold()))[:room]
        if not words:
            continue
        prefix = chunk.endswith("*") and len(words[-1]) >= SHORTEST_PREFIX
        found.append(Term(words, prefix))
        room -= len(words)
    return tuple(dict.fromkeys(found))
