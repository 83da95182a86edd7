"""One index over everything that is kept; each tool puts its words into it.

An entry is one thing: its kind, its number there, its community, its title and words. Whoever
searches finds only what they may read (`mailhub.sight`), and no count tells of anything else. Up to
2,000 hits are ranked, a word in the title weighing more; past that the newest come first, and the
count is only "more than 2,000". No query is an error, and an empty one finds nothing.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailhub.models import Community, SearchEntry
from mailhub.search import fts5, tsearch
from mailhub.search.terms import terms
from mailhub.sight import Viewer, may_read

MAX_RANKED = 2_000
MAX_TITLE = 1_000
MAX_WORDS = 1_000_000  # characters of one entry
# A tsvector takes 1 MB. Only a text of very many different words comes near to it, and none of this
# length can pass it.
SAFE_WORDS = 250_000
MARK, UNMARK = "\x02", "\x03"  # around a found word, in what the database gives back

_IDS_A_SECOND = 1 << 20
_ENTRY = cast("Table", SearchEntry.__table__)
_DROP = delete(_ENTRY).where(
    _ENTRY.c.kind == bindparam("kind"), _ENTRY.c.object_id == bindparam("object_id")
)
_INSERT = {
    dialect.name: insert(_ENTRY)
    .on_conflict_do_nothing(index_elements=["id"])
    .returning(_ENTRY.c.id)
    for dialect, insert in (
        (sqlite.dialect, sqlite.insert),
        (postgresql.dialect, postgresql.insert),
    )
}


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


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `total` counts all of them; where there are `more`, it is 2,000."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    more: bool = False


def put(
    session: Session,
    kind: str,
    object_id: int,
    community_id: int,
    title: str,
    words: str,
    at: datetime,
) -> None:
    """Index one thing, or index it again with other words."""
    drop(session, kind, object_id)
    add(session, kind, object_id, community_id, title, words, at)


def add(
    session: Session,
    kind: str,
    object_id: int,
    community_id: int,
    title: str,
    words: str,
    at: datetime,
) -> None:
    """Index one thing that is not in the index yet."""
    first = _first_id(kind, object_id, at)
    values = {
        "kind": kind,
        "object_id": object_id,
        "community_id": community_id,
        "at": at,
        "title": _clean(title)[:MAX_TITLE],
        "words": _bounded(_clean(words)),
    }
    connection = session.connection()
    insert = _INSERT[connection.dialect.name]
    for entry_id in range(first, first + _IDS_A_SECOND):
        if connection.execute(insert, values | {"id": entry_id}).first():
            return


def drop(session: Session, kind: str, object_id: int) -> None:
    """Take one thing out of the index; nothing happens where it is not in it."""
    session.connection().execute(_DROP, {"kind": kind, "object_id": object_id})


def find(
    session: Session,
    viewer: Viewer,
    query: str,
    community: Community | None = None,
    kind: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """What the viewer may read and every term of the query is found in; `limit` of it."""
    wanted = terms(query)
    if not wanted:
        return Found()
    engine = fts5 if _on_sqlite(session) else tsearch
    matching = engine.Matching(wanted, community.id if community else None, kind)
    visible = SearchEntry.community_id.in_(select(Community.id).where(may_read(viewer)))
    ids = session.scalars(matching.newest(visible).limit(MAX_RANKED + 1)).all()
    more = len(ids) > MAX_RANKED
    if more:
        page = ids[:MAX_RANKED][offset : offset + limit]
    elif len(ids) > 1:
        page = session.scalars(matching.ranked(visible).limit(limit).offset(offset)).all()
    else:
        page = ids[offset : offset + limit]
    rows = session.execute(matching.shown(page, MARK, UNMARK)).all() if page else ()
    hits = {
        row.id: Hit(
            row.kind,
            row.object_id,
            row.slug,
            row.title,
            row.at,
            _pieces(engine.plain(row.snippet)),
        )
        for row in rows
    }
    return Found(tuple(hits[i] for i in page if i in hits), min(len(ids), MAX_RANKED), more)


def _first_id(kind: str, object_id: int, at: datetime) -> int:
    """Where an entry belongs in the order of time: its second, and a place in it that is almost
    surely free. So the index can be read from the newest on, whenever its entries were put there."""
    place = (object_id + zlib.crc32(kind.encode())) % _IDS_A_SECOND
    return int(at.timestamp()) * _IDS_A_SECOND + place


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _clean(text: str) -> str:
    """Without what PostgreSQL refuses and what marks a found word."""
    return text.translate({0: " ", 2: " ", 3: " "}).encode(errors="replace").decode()


def _bounded(words: str) -> str:
    """As much of the words as the index can take on either database."""
    words = words[:MAX_WORDS]
    if len(words) <= SAFE_WORDS:
        return words
    weight = sum(len(w.encode()) + 4 + 2 * min(n, 255) for w, n in Counter(words.split()).items())
    return words if weight < MAX_WORDS else words[:SAFE_WORDS]


def _pieces(snippet: str) -> tuple[Piece, ...]:
    pieces = []
    for part in snippet.split(MARK):
        found, mark, rest = part.partition(UNMARK)
        if mark:
            pieces.append(Piece(found, True))
        else:
            rest = found
        if rest:
            pieces.append(Piece(" ".join(rest.split("\n")), False))
    return tuple(pieces)
