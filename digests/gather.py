"""What is new, asked of every tool once for many communities, rendered once, and kept as pieces.

A Book remembers what it has gathered while a run goes on: readers whose windows are the same share it.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from digests import render
from digests.choose import Told
from digests.layout import layout
from digests.render import Place
from mailhub.database import Database
from mailhub.models import Community, DigestPiece
from mailhub.news import Door, News, Window
from mailhub.site import Site

OPEN = 160  # octets for the number and the reason, which are open yet
AT_ONCE = 100  # communities of which all that is new is in memory
REMEMBERED = 5_000  # communities' windows
_PIECE = cast("Table", DigestPiece.__table__)
_KEEP = {
    dialect.name: insert(_PIECE).on_conflict_do_nothing()
    for dialect, insert in (
        (sqlite.dialect, sqlite.insert),
        (postgresql.dialect, postgresql.insert),
    )
}
_KEPT = select(
    DigestPiece.id,
    DigestPiece.community_id,
    DigestPiece.kind,
    DigestPiece.object_id,
    DigestPiece.voice,
).where(
    DigestPiece.community_id.in_(bindparam("communities", expanding=True)),
    DigestPiece.until == bindparam("until", type_=DigestPiece.until.type),
    DigestPiece.since == bindparam("since", type_=DigestPiece.since.type),
    DigestPiece.language == bindparam("language"),
)


class Wanted(NamedTuple):
    """What one community did in one window, in one language."""

    community_id: int
    since: datetime
    language: str


class Book:
    """Everything new up to one moment. What is only looked at (`keeps` is False) leaves nothing behind: its
    rows stay in `unkept`, under numbers of their own."""

    def __init__(
        self,
        database: Database,
        site: Site,
        doors: Sequence[Door],
        until: datetime,
        *,
        keeps: bool = True,
    ) -> None:
        self._database = database
        self._site = site
        self._doors = doors
        self._until = until
        self._keeps = keeps
        self.unkept: dict[int, dict[str, Any]] = {}
        self._told: OrderedDict[Wanted, tuple[Told, ...]] = OrderedDict()

    def of(self, wanted: Iterable[Wanted]) -> dict[Wanted, tuple[Told, ...]]:
        """What is told of each, as far as it is not known, gathered now."""
        asked = set(wanted)
        missing: defaultdict[tuple[datetime, str], set[int]] = defaultdict(set)
        for one in asked:
            if one in self._told:
                continue
            missing[one.since, one.language].add(one.community_id)
        for (since, language), communities in missing.items():
            waiting = sorted(communities)
            for start in range(0, len(waiting), AT_ONCE):
                some = waiting[start : start + AT_ONCE]
                found = self._gathered(frozenset(some), since, language)
                for community_id in some:
                    key = Wanted(community_id, since, language)
                    self._told[key] = tuple(found[community_id])
        answer = {one: self._told[one] for one in asked}
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return answer

    def _gathered(
        self, communities: frozenset[int], since: datetime, language: str
    ) -> defaultdict[int, list[Told]]:
        window = Window(communities, since, self._until)
        with self._database.reading() as session:
            news = [one for door in self._doors for one in door.digest(session, self._site, window)]
            places = _places(session, {one.community_id for one in news})
        rows = [self._row(one, places[one.community_id], since, language) for one in news]
        ids = self._keep(rows, since, language)
        found: defaultdict[int, list[Told]] = defaultdict(list)
        for one, row in zip(news, rows, strict=True):
            piece_id = ids[one.community_id, one.kind, one.object_id, one.voice]
            found[one.community_id].append(
                _told(one, piece_id, len(row["html"]), len(row["short_html"]))
            )
        return found

    def _row(self, news: News, place: Place, since: datetime, language: str) -> dict[str, Any]:
        made = render.piece(news, place, layout(language), self._site)
        return made | {"since": since, "until": self._until, "language": language}

    def _keep(
        self, rows: Sequence[dict[str, Any]], since: datetime, language: str
    ) -> dict[tuple[int, str, int, int], int]:
        if not rows:
            return {}
        if not self._keeps:
            first = len(self.unkept) + 1
            self.unkept |= dict(enumerate(rows, first))
            return {_named(row): number for number, row in enumerate(rows, first)}
        with self._database.writing() as session:
            connection = session.connection()
            connection.execute(_KEEP[connection.dialect.name], rows)
            kept = connection.execute(
                _KEPT,
                {
                    "communities": sorted({row["community_id"] for row in rows}),
                    "until": self._until,
                    "since": since,
                    "language": language,
                },
            )
            return {_named(row): row["id"] for row in map(dict, kept.mappings())}


def _named(row: Mapping[str, Any]) -> tuple[int, str, int, int]:
    return row["community_id"], row["kind"], row["object_id"], row["voice"]


def _told(news: News, piece_id: int, size: int, short: int) -> Told:
    return Told(
        piece_id=piece_id,
        section=news.section,
        kind=news.kind,
        object_id=news.object_id,
        community_id=news.community_id,
        at=news.at,
        count=news.count,
        size=size + OPEN,
        short=short + OPEN // 8,
        by=news.by,
        people=news.people,
        organisations=news.organisations,
        awaited=news.awaited,
        had=news.had,
        off=news.off,
        begun_by=news.begun_by,
        only=news.only,
        but=news.but,
    )


def _places(session: Session, ids: set[int]) -> dict[int, Place]:
    rows = session.execute(
        select(Community.id, Community.slug, Community.name).where(Community.id.in_(ids))
    )
    return {row.id: Place(row.id, row.slug, row.name) for row in rows}
