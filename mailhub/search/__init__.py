"""One index over everything that is kept; each tool puts its words into it.

An entry is one thing: its kind, its number there, its community, its title and words. Whoever
searches finds only what they may read (`mailhub.sight`), and no count tells of anything else. Up to
2,000 hits are ranked, a word in the title weighing more; past that the newest come first, and the
count is only "more than 2,000". No query is an error, and an empty one finds nothing.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailhub.models import Community, SearchEntry
from mailhub.prepared import Record, fetch
from mailhub.search import fts5, tsearch
from mailhub.search.found import Found, Hit, Piece, pieces
from mailhub.search.statements import Statements, written_by
from mailhub.search.terms import terms
from mailhub.sight import Viewer

__all__ = ["Entry", "Found", "Hit", "Piece", "add", "drop", "find", "find_in", "move", "put"]

MAX_RANKED = 2_000
MAX_TITLE = 1_000
MAX_WORDS = 1_000_000  # characters of one entry
# A tsvector takes 1 MB. Only a text of very many different words comes near to it, and none of this
# length can pass it.
SAFE_WORDS = 250_000

_IDS_A_SECOND = 1 << 20
_LAST_ID = (1 << 62) - 1
_ENTRY = cast("Table", SearchEntry.__table__)
_DROP = delete(_ENTRY).where(
    _ENTRY.c.kind == bindparam("kind"), _ENTRY.c.object_id == bindparam("object_id")
)
_INSERT = {
    dialect.name: insert(_ENTRY).on_conflict_do_nothing(index_elements=["id"])
    for dialect, insert in (
        (sqlite.dialect, sqlite.insert),
        (postgresql.dialect, postgresql.insert),
    )
}
_TAKEN = select(_ENTRY.c.id, _ENTRY.c.kind, _ENTRY.c.object_id).where(
    _ENTRY.c.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing for the index: its kind, its number there, its community, its title, its words, and
    when it came."""

    kind: str
    object_id: int
    community_id: int
    title: str
    words: str
    at: datetime


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
    add(session, [Entry(kind, object_id, community_id, title, words, at)])


def add(session: Session, entries: Sequence[Entry]) -> None:
    """Index some things that are not in the index yet, in one go."""
    if not entries:
        return
    connection = session.connection()
    insert = _INSERT[connection.dialect.name]
    rows = [_row(entry) for entry in entries]
    connection.execute(insert, rows)
    ids = {row["id"]: row for row in rows}
    for entry_id, kind, object_id in connection.execute(_TAKEN, {"ids": list(ids)}):
        row = ids[entry_id]
        if (row["kind"], row["object_id"]) == (kind, object_id):
            del ids[entry_id]
    for first, row in ids.items():  # another thing has the place
        for entry_id in range(first + 1, first + _IDS_A_SECOND):
            if connection.execute(insert.returning(_ENTRY.c.id), row | {"id": entry_id}).first():
                break


def drop(session: Session, kind: str, object_id: int) -> None:
    """Take one thing out of the index; nothing happens where it is not in it."""
    session.connection().execute(_DROP, {"kind": kind, "object_id": object_id})


def move(session: Session, kind: str, ids: Sequence[int], community_id: int) -> None:
    """These things are in another community now."""
    for start in range(0, len(ids), 500):
        session.connection().execute(
            update(_ENTRY)
            .where(_ENTRY.c.kind == kind, _ENTRY.c.object_id.in_(ids[start : start + 500]))
            .values(community_id=community_id)
        )


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
    place = community.id if community else None
    return find_in(session.connection(), viewer, query, place, kind, limit, offset)


def find_in(
    connection: Connection,
    viewer: Viewer,
    query: str,
    community_id: int | None = None,
    kind: str | None = None,
    limit: int = 20,
    offset: int = 0,
    period: tuple[datetime | None, datetime | None] = (None, None),
    by: str = "",
    in_titles: bool = False,
) -> Found:
    """The same over a connection; `period` is from when it is and before when, None where that is open. With `by` only
    posts in whose author's name that stands; `in_titles` looks at titles alone."""
    wanted = terms(query)
    if not wanted:
        return Found()
    engine = fts5 if connection.dialect.name == "sqlite" else tsearch
    statements = engine.statements(
        member=viewer.person_id is not None,
        community=community_id is not None,
        kind=kind is not None,
        period=period != (None, None),
        by=bool(by),
    )
    given = engine.parameters(wanted, community_id, kind, in_titles) | {
        "person": viewer.person_id,
        "by": written_by(by),
        "since": int(period[0].timestamp()) * _IDS_A_SECOND if period[0] else 0,
        "until": int(period[1].timestamp()) * _IDS_A_SECOND if period[1] else _LAST_ID,
        "most": MAX_RANKED + 1,
        "limit": max(0, min(limit, MAX_RANKED - offset)),
        "offset": offset,
    }
    total, rows = _rows(connection, statements, given)
    hits = tuple(
        Hit(
            *(row.kind, row.object_id, row.slug, row.title, row.at),
            pieces(engine.plain(row.snippet)),
            row.name,
        )
        for row in rows
    )
    return Found(hits, min(total, MAX_RANKED), total > MAX_RANKED)


def _rows(
    connection: Connection, statements: Statements, given: dict[str, Any]
) -> tuple[int, Sequence[Record]]:
    """How many there are, and a page of them."""
    ids: Sequence[int] = ()
    total = 0
    if not given["offset"]:  # what fits on one page needs neither to be counted nor to be chosen
        page = given["limit"]
        ids = [row[0] for row in fetch(connection, statements.some, given | {"some": page + 1})]
        total = len(ids)
    if given["offset"] or total > given["limit"]:
        total = fetch(connection, statements.count, given)[0][0]
        if total > MAX_RANKED:
            return total, fetch(connection, statements.newest, given)
        ids = [row[0] for row in fetch(connection, statements.best, given)] if total else ()
    if not ids:
        return total, ()
    given |= {"ids": ids, "first": min(ids), "last": max(ids)}
    rows = fetch(connection, statements.these, given)
    return total, sorted(rows, key=lambda row: (row.rank, -row.id))


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": _first_id(entry.kind, entry.object_id, entry.at),
        "kind": entry.kind,
        "object_id": entry.object_id,
        "community_id": entry.community_id,
        "at": entry.at,
        "title": _clean(entry.title)[:MAX_TITLE],
        "words": _bounded(_clean(entry.words)),
    }


def _first_id(kind: str, object_id: int, at: datetime) -> int:
    """Where an entry belongs in the order of time: its second, and a place in it that is almost
    surely free. So the index can be read from the newest on, whenever its entries were put there."""
    place = (object_id + zlib.crc32(kind.encode())) % _IDS_A_SECOND
    return int(at.timestamp()) * _IDS_A_SECOND + place


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
