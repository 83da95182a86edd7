"""What a search finds: hits, and the words around what was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailhub.search.statements import MARK, UNMARK


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet; `found` where it is a word that was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, with some of its words around those that were looked for."""

    kind: str
    object_id: int
    community: str  # its slug
    title: str
    at: datetime
    snippet: tuple[Piece, ...]
    community_name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `total` counts all of them; where there are `more`, it is 2,000."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    more: bool = False


def pieces(snippet: str) -> tuple[Piece, ...]:
    """A snippet with its marks, as pieces."""
    found_in: list[Piece] = []
    for part in snippet.split(MARK):
        found, mark, rest = part.partition(UNMARK)
        if mark:
            found_in.append(Piece(found, True))
        else:
            rest = found
        if rest:
            found_in.append(Piece(" ".join(rest.split("\n")), False))
    return tuple(found_in)
