"""Pieces: what digests tell, as octets that are remembered; the number and the reason are still open."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from digests import cut
from digests.cut import Cut
from digests.layout import html
from mailhub.models import DigestPiece

REMEMBERED = 20_000  # some 6 KB each; fewer than a run has would be read again for each reader
_PIECES = select(
    DigestPiece.id,
    DigestPiece.community_id,
    DigestPiece.title,
    DigestPiece.html,
    DigestPiece.text,
    DigestPiece.short_html,
    DigestPiece.short_text,
    DigestPiece.whys,
    DigestPiece.posts,
    DigestPiece.answer,
).where(DigestPiece.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Side:
    """A piece in one of the two bodies. Open are the number and, in full, the reason, whose words may leave
    open of which organisation the reader is."""

    full: Cut
    short: Cut
    whys: Mapping[str, Cut]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece in both bodies; the posts that it tells of, and where answers go, as DigestPiece has it."""

    community_id: int
    title: str
    html: Side
    text: Side
    posts: tuple[int, ...]
    answer: str


class Pieces:
    """The pieces of late, by their ids; for all threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Piece] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, ids: Collection[int]) -> dict[int, Piece]:
        """These, as far as they are there."""
        with self._lock:
            found = {i: self._known[i] for i in ids if i in self._known}
        missing = sorted(set(ids) - found.keys())
        for start in range(0, len(missing), 500):
            chosen = {"ids": missing[start : start + 500]}
            for row in session.connection().execute(_PIECES, chosen):
                found[row.id] = piece_of(row)
        with self._lock:
            self._known.update({i: found[i] for i in missing if i in found})
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


def piece_of(row: Any) -> Piece:
    """What is needed of a DigestPiece, or of what would be one."""
    return Piece(
        row.community_id,
        row.title,
        Side(
            cut.of_html(row.html),
            cut.of_html(row.short_html),
            {why: _why(said, is_html=True) for why, said in row.whys.items()},
        ),
        Side(
            cut.of_text(row.text),
            cut.of_text(row.short_text),
            {why: _why(said, is_html=False) for why, said in row.whys.items()},
        ),
        tuple(row.posts),
        row.answer,
    )


@lru_cache(maxsize=4_096)  # "Policy and Performance: a new discussion" is said of many
def _why(said: str, *, is_html: bool) -> Cut:
    return cut.of_html(html(said)) if is_html else cut.of_text(said)
