"""A round: every source that is due, looked at, some beside each other, those of one server one after the
other. A round ends in time whatever servers do; what it did not come to is due still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, select, update

from mailhub.database import Database, is_away
from mailhub.feeds import checking
from mailhub.feeds.fetching import Web
from mailhub.feeds.tables import Source
from mailhub.notes import Desk
from mailhub.syndication import urls
from mailhub.syndication.trouble import Trouble

AT_ONCE = 6  # servers
MOST = 500  # sources of one round
LONGEST = timedelta(minutes=5)  # after which no source is begun
LEASE = timedelta(minutes=15)  # until when those of a round are no other's

log = structlog.get_logger()


@dataclass(slots=True)
class Rounds:
    """How rounds are made: over which way to strangers' servers, by which clock; `on_look` hears the result
    of each look."""

    web: Web
    clock: Callable[[], datetime]
    on_look: Callable[[str], None] = field(default=lambda result: None)

    def go(
        self,
        database: Database,
        desk: Desk,
        stewards: tuple[str, ...],
        chosen: Sequence[int] | None = None,
    ) -> dict[int, str]:
        """Look at what is due, or at those that are chosen; the results."""
        began = self.clock()
        due = _due(database, began, chosen)
        if not due:
            return {}
        results: dict[int, str] = {}

        def one_server(sources: list[tuple[int, str]]) -> None:
            for source_id, _ in sources:
                if self.clock() > began + LONGEST:
                    return
                results[source_id] = self._look(database, desk, stewards, source_id)

        with ThreadPoolExecutor(AT_ONCE, "feeds") as pool:
            list(pool.map(one_server, _by_server(due)))
        _not_come_to(database, {source_id for source_id, _ in due} - results.keys(), began)
        return results

    def _look(
        self, database: Database, desk: Desk, stewards: tuple[str, ...], source_id: int
    ) -> str:
        try:
            result = checking.check(database, self.web, desk, stewards, source_id, self.clock)
        except Exception as error:
            if is_away(error):
                raise
            # One that we cannot handle must not keep the others waiting; it is due when its lease is over.
            log.exception("feed-not-handled", source=source_id)
            result = "fault"
        self.on_look(result)
        return result


def timer(tools: Any, last: datetime | None, now: datetime) -> None:
    """A timer: look at what is due. `tools` are the hub's, as `process.Tools` has them."""
    if tools.rounds is None:
        return
    desk = Desk(tools.site, tools.templates)
    results = tools.rounds.go(tools.database, desk, tools.stewards)
    for source_id, result in results.items():
        if result != "unchanged":
            log.info("feed-looked-at", source=source_id, result=result)


def _due(database: Database, now: datetime, chosen: Sequence[int] | None) -> list[tuple[int, str]]:
    """Sources that are due, now nobody else's for LEASE."""
    with database.reading() as session:
        if session.scalar(_wanted(now, chosen).limit(1)) is None:
            return []
    with database.writing() as session:
        wanted = _wanted(now, chosen).order_by(Source.due_at).limit(MOST)
        if not database.is_sqlite:
            wanted = wanted.with_for_update(skip_locked=True)
        ids = session.scalars(wanted).all()
        rows = session.execute(
            update(Source)
            .where(Source.id.in_(ids))
            .values(due_at=now + LEASE)
            .returning(Source.id, Source.url)
            .execution_options(synchronize_session=False)
        )
        return [(row.id, row.url) for row in rows]


def _wanted(now: datetime, chosen: Sequence[int] | None) -> Select[int]:
    found = select(Source.id)
    if chosen is None:
        return found.where(Source.due_at <= now)
    return found.where(Source.id.in_(chosen))


def _by_server(due: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    servers: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for source_id, url in due:
        try:
            host = urls.read(url).host
        except Trouble:
            host = url
        servers[host].append((source_id, url))
    return list(servers.values())


def _not_come_to(database: Database, left: set[int], now: datetime) -> None:
    if left:
        with database.writing() as session:
            session.execute(update(Source).where(Source.id.in_(left)).values(due_at=now))
