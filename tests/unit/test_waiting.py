"""What waits is found by an index, however much there is that is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from mailhub import outbox
from mailhub.app import queue, waiting
from mailhub.database import Database
from mailhub.models import Delivery, Inbound, Outgoing

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
DONE = 3_000
TABLES = ("inbound", "delivery")


@pytest.fixture
def used(database: Database) -> Database:
    """A database in which much is done and little waits."""
    mail = {"received_at": NOW, "recipients": [], "size": 1, "due_at": NOW}
    copy = {"address": "a@b", "due_at": NOW, "outgoing_id": 1}
    with database.writing() as session:
        session.add(Outgoing(id=1, message_id="a@b", created_at=NOW))
        session.flush()
        states = ["done"] * DONE + ["waiting", "failed"]
        session.execute(insert(Inbound), [{**mail, "state": state} for state in states])
        states = ["sent"] * DONE + ["queued", "deferred", "claimed", "sending", "failed"]
        rows = [{**copy, "state": s, "mail_key": b"%d" % i} for i, s in enumerate(states)]
        session.execute(insert(Delivery), rows)
        if not database.is_sqlite:  # which has no autovacuum that would do it
            session.execute(text("ANALYZE"))
    return database


@contextmanager
def plans(database: Database) -> Iterator[dict[str, str]]:
    """How the database goes about each statement of the block, with what is bound in it."""
    found: dict[str, str] = {}
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "

    def look(_connection: Any, cursor: Any, statement: str, bound: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            cursor.execute(explain + statement, bound)
            found[statement] = "\n".join(str(row[-1]) for row in cursor.fetchall())

    engines = {database.engine, database._writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", look)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", look)


def is_read_whole(plan: str) -> bool:
    """Whether one of the tables is read from end to end."""
    lines = [line.strip() for line in plan.splitlines()]
    return any(
        line == f"SCAN {table}" or f"Seq Scan on {table}" in line
        for line in lines
        for table in TABLES
    )


def test_no_look_at_the_queue_reads_what_is_done(used: Database) -> None:
    with plans(used) as found:
        with used.reading() as session:
            figures = waiting.figures(session, NOW)
            listed = queue.listing(session)
        with used.writing() as session:
            queue.make_due(session, "", NOW)
            outbox.held(session, "one")
            outbox.has_begun(session, "one")
            outbox.recover(session, NOW, {"one": set()})
            assert len(outbox.claim(session, "one", NOW + timedelta(days=1), 10)) == 3
    assert (figures["inbound_waiting"], figures["failed"]) == (1, 1)
    assert (figures["deliveries_waiting"], figures["deliveries_failed"]) == (4, 1)
    assert len(listed) == 7
    assert len(found) > 15
    slow = {statement: plan for statement, plan in found.items() if is_read_whole(plan)}
    assert not slow, "\n".join(f"{statement}\n{plan}" for statement, plan in slow.items())
