"""The spool: kept means committed, whatever else happens."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from structlog.testing import capture_logs

from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.models import Inbound, RawMail
from mailhub.settings import Settings
from mailhub.spool import MAX_GROUP, MAX_GROUP_BYTES, Envelope, Spool, SpoolFailed, SpoolFull
from tests.tables import tables_in

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENVELOPE = Envelope("192.0.2.1", "mx.example.org", "jane@example.org", ("policy@d", "grŵp@d"), NOON)
PATIENCE = 60  # seconds; of a machine that has much else to do
RAW = b"Subject: \xff\r\n\r\n\0 any octets\r\n"


def clock() -> datetime:
    return NOON


@pytest.fixture
def database(tmp_path: Path, pair: dict[str, Any]) -> Iterator[Database]:
    database = Database(Settings(data_dir=tmp_path, **pair).effective_database_url)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    tables_in(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'mailhub.db'}")
    database.close()  # connections made from now on take the test's pragmas
    yield database
    database.close()


class Gate:
    """Holds the writer after its first commit, so that what comes meanwhile is one group."""

    def __init__(self, database: Database) -> None:
        self.opened, self.reached = threading.Event(), threading.Event()
        self.groups: list[int] = []
        self.spool = Spool(database, clock, on_group=self._on_group)
        self.first = self.spool.keep(ENVELOPE, b"first")
        assert self.reached.wait(PATIENCE)

    def _on_group(self, mails: int, seconds: float) -> None:
        self.groups.append(mails)
        self.reached.set()
        assert self.opened.wait(PATIENCE)


def raws(database: Database) -> list[bytes]:
    with database.reading() as session:
        return list(session.scalars(select(RawMail.raw).order_by(RawMail.inbound_id)))


def test_a_mail_is_kept_as_it_came(database: Database) -> None:
    spool = Spool(database, clock)
    inbound_id = spool.keep(ENVELOPE, RAW).result(PATIENCE)
    spool.close()
    with database.reading() as session:
        inbound = session.get_one(Inbound, inbound_id)
        assert inbound.peer == "192.0.2.1"
        assert inbound.helo == "mx.example.org"
        assert inbound.mail_from == "jane@example.org"
        assert inbound.recipients == ["policy@d", "grŵp@d"]
        assert inbound.received_at == inbound.due_at == NOON
        assert (inbound.state, inbound.size, inbound.tries) == ("waiting", len(RAW), 0)
    assert raws(database) == [RAW]


def test_what_waits_together_is_committed_together_each_under_its_own_id(
    database: Database,
) -> None:
    gate = Gate(database)
    kept = [gate.spool.keep(ENVELOPE, b"%d" % number) for number in range(MAX_GROUP + 50)]
    gate.opened.set()
    ids = [future.result(PATIENCE) for future in kept]
    gate.spool.close()
    assert gate.groups == [1, MAX_GROUP, 50]
    with database.reading() as session:
        for number, id_ in enumerate(ids):
            assert session.get_one(RawMail, id_).raw == b"%d" % number


def test_a_group_is_bounded_by_its_octets(sqlite: Database) -> None:
    gate = Gate(sqlite)
    kept = [gate.spool.keep(ENVELOPE, b"x" * (MAX_GROUP_BYTES // 2)) for _ in range(3)]
    kept.append(gate.spool.keep(ENVELOPE, b"x" * (MAX_GROUP_BYTES + 1)))
    gate.opened.set()
    for future in kept:
        future.result(30)
    gate.spool.close()
    assert gate.groups == [1, 2, 1, 1]


def test_the_disk_is_synced_before_anyone_is_told(sqlite: Database) -> None:
    said: list[int] = []
    spool = Spool(
        sqlite, clock, on_kept=lambda ids: said.append(_pragma(sqlite, "PRAGMA synchronous"))
    )
    spool.keep(ENVELOPE, RAW).result(PATIENCE)
    spool.close()
    assert said == [2]  # FULL


def test_the_work_is_woken_when_the_mail_is_there_and_may_fail(database: Database) -> None:
    seen: list[tuple[list[int], int]] = []

    def wake(ids: list[int]) -> None:
        with database.reading() as session:
            seen.append((ids, session.scalar(select(func.count(Inbound.id))) or 0))
        raise ConnectionError("no broker")

    spool = Spool(database, clock, on_kept=wake)
    inbound_id = spool.keep(ENVELOPE, RAW).result(PATIENCE)
    spool.close()
    assert seen == [([inbound_id], 1)]


def test_a_mail_that_cannot_be_kept_does_not_spoil_the_others(database: Database) -> None:
    poison = dataclasses.replace(ENVELOPE, helo="\udcff")  # no UTF-8: no database takes it
    gate = Gate(database)
    kept = [gate.spool.keep(e, b"x") for e in (ENVELOPE, poison, ENVELOPE)]
    gate.opened.set()
    kept[0].result(PATIENCE)
    with pytest.raises(SpoolFailed):
        kept[1].result(PATIENCE)
    kept[2].result(PATIENCE)
    gate.spool.close()
    assert len(raws(database)) == 3  # with the gate's own


def test_a_full_disk_is_told_and_heals(sqlite: Database) -> None:
    pages = _limit(sqlite, lambda now: now + 20)
    spool = Spool(sqlite, clock)
    with pytest.raises(SpoolFull):
        spool.keep(ENVELOPE, b"x" * 1_000_000).result(PATIENCE)
    small = spool.keep(ENVELOPE, b"small").result(PATIENCE)
    pages[0] = 1_000_000
    sqlite.close()
    large = spool.keep(ENVELOPE, b"x" * 1_000_000).result(PATIENCE)
    spool.close()
    with sqlite.reading() as session:
        assert list(session.scalars(select(Inbound.id))) == [small, large]


def test_in_a_full_disk_what_still_fits_is_kept(sqlite: Database) -> None:
    _limit(sqlite, lambda now: now + 60)
    gate = Gate(sqlite)
    sizes = (1_000, 1_000_000, 1_000)
    kept = [gate.spool.keep(ENVELOPE, b"x" * size) for size in sizes]
    gate.opened.set()
    kept[0].result(PATIENCE)
    with pytest.raises(SpoolFull):
        kept[1].result(PATIENCE)
    kept[2].result(PATIENCE)
    gate.spool.close()


def test_a_locked_database_is_told_once_for_all_and_heals(sqlite: Database, tmp_path: Path) -> None:
    event.listen(sqlite.engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout = 50"))
    gate = Gate(sqlite)
    with (
        capture_logs() as logs,
        sqlite3.connect(tmp_path / "mailhub.db", isolation_level=None) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        kept = [gate.spool.keep(ENVELOPE, b"x") for _ in range(5)]
        gate.opened.set()
        for future in kept:
            with pytest.raises(SpoolFailed, match="locked"):
                future.result(PATIENCE)
        other.execute("ROLLBACK")
    # The group waited, then one of its mails; the rest would have waited in vain.
    assert [entry["mails"] for entry in logs] == [5]
    gate.spool.keep(ENVELOPE, b"x").result(PATIENCE)
    gate.spool.close()


def test_closing_keeps_what_waits_and_takes_no_more(sqlite: Database) -> None:
    gate = Gate(sqlite)
    kept = [gate.spool.keep(ENVELOPE, b"x") for _ in range(10)]
    gate.opened.set()
    gate.spool.close()
    assert all(future.done() and future.result() for future in kept)
    with pytest.raises(SpoolFailed):
        gate.spool.keep(ENVELOPE, b"late").result(1)


def test_a_mail_on_its_way_cannot_be_called_back(sqlite: Database) -> None:
    gate = Gate(sqlite)
    future = gate.spool.keep(ENVELOPE, b"x")
    assert not future.cancel()
    gate.opened.set()
    future.result(PATIENCE)
    gate.spool.close()


def _pragma(database: Database, pragma: str) -> int:
    with database.writing() as session:
        return int(session.execute(text(pragma)).scalar_one())


def _limit(database: Database, most: Callable[[int], int]) -> list[int]:
    """Let the database file have so many pages: SQLite answers as on a full disk."""
    pages = [most(_pragma(database, "PRAGMA page_count"))]
    database.close()
    event.listen(
        database.engine, "connect", lambda c, _: c.execute(f"PRAGMA max_page_count = {pages[0]}")
    )
    return pages
