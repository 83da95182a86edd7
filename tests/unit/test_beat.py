"""Timers run at their time, once, and again when whoever ran them died."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailhub import beat, migrations
from mailhub.app import renewing
from mailhub.app.hub import put_together
from mailhub.beat import Timer
from mailhub.models import Timer as Row
from mailhub.process import Tools
from mailhub.settings import Settings

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def tools(pair: dict[str, str], tmp_path: Path) -> Tools:
    """An empty hub's, on each database."""
    hub = put_together(Settings(data_dir=tmp_path, **pair))
    migrations.upgrade(hub.database)
    return hub.tools


def telling(told: list[datetime | None], **how: object) -> tuple[Timer, ...]:
    """One timer that notes when it ran last."""
    return (Timer("tell", lambda tools, last, now: told.append(last), **how),)  # type: ignore[arg-type]


def test_a_timer_is_due_at_once_and_again_when_its_time_has_passed(tools: Tools) -> None:
    told: list[datetime | None] = []
    timers = telling(told, every=HOUR)
    assert beat.claim(tools.database, timers, NOON) == ["tell"]
    beat.run(tools, timers, "tell", NOON)
    assert beat.claim(tools.database, timers, NOON + HOUR / 2) == []
    assert beat.claim(tools.database, timers, NOON + HOUR) == ["tell"]
    beat.run(tools, timers, "tell", NOON + HOUR)
    assert told == [None, NOON]


def test_a_daily_timer_waits_for_its_hour(tools: Tools) -> None:
    timers = telling([], hour=7)
    assert beat.claim(tools.database, timers, NOON) == []
    assert beat.claim(tools.database, timers, NOON + 18 * HOUR) == []
    assert beat.claim(tools.database, timers, NOON + 19 * HOUR) == ["tell"]
    beat.run(tools, timers, "tell", NOON + 19 * HOUR)
    assert beat.claim(tools.database, timers, NOON + 42 * HOUR) == []
    assert beat.claim(tools.database, timers, NOON + 43 * HOUR) == ["tell"]


def test_what_was_claimed_is_nobody_elses_until_the_claim_is_over(tools: Tools) -> None:
    timers = telling([], every=HOUR)
    assert beat.claim(tools.database, timers, NOON) == ["tell"]
    assert beat.claim(tools.database, timers, NOON) == []
    assert beat.claim(tools.database, timers, NOON + beat.LEASE) == ["tell"]


def test_one_that_fails_is_due_again(tools: Tools) -> None:
    def fail(tools: Tools, last: datetime | None, now: datetime) -> None:
        raise RuntimeError("no")

    timers = (Timer("fail", fail, every=10 * HOUR),)
    assert beat.claim(tools.database, timers, NOON) == ["fail"]
    with pytest.raises(RuntimeError):
        beat.run(tools, timers, "fail", NOON)
    assert beat.claim(tools.database, timers, NOON + beat.LEASE) == []
    assert beat.claim(tools.database, timers, NOON + beat.AGAIN) == ["fail"]


def test_what_a_dead_process_ran_is_due_at_once(tools: Tools) -> None:
    """A process that lives keeps it, however long it takes; two never run it at the same time."""
    ran: list[str] = []
    later = NOON + beat.LEASE / 2

    def slow(tools: Tools, last: datetime | None, now: datetime) -> None:
        ran.append("begun")
        if len(ran) > 1:
            return
        # A second job of the same claim, and one of the next: it is not theirs.
        assert not beat.run(tools, timers, "slow", NOON, owner="host:2:b")
        with renewed(tools.database, lambda: NOON + HOUR, "slow", holder(tools)):
            assert woken.wait(timeout=30)
        assert beat.claim(tools.database, timers, NOON + HOUR) == []
        with tools.database.writing() as session:
            beat.take_over(session, ["host:2:b"], later, claimed=True)
        assert beat.claim(tools.database, timers, later) == []
        raise SystemExit  # as a kill: nothing is written down

    woken = threading.Event()

    @contextmanager
    def renewed(*given: Any) -> Iterator[None]:
        with renewing.renewed(*given, seconds=0.01, told=woken.set):
            yield

    timers = (Timer("slow", slow, every=HOUR),)
    assert beat.claim(tools.database, timers, NOON) == ["slow"]
    with pytest.raises(SystemExit):
        beat.run(tools, timers, "slow", NOON, owner="host:1:a")
    with tools.database.writing() as session:
        beat.take_over(session, ["host:1:a"], later)
    assert beat.claim(tools.database, timers, later) == ["slow"]
    assert beat.run(tools, timers, "slow", later, owner="host:2:b")
    # The job of an earlier claim that comes late finds it done.
    assert not beat.run(tools, timers, "slow", later, owner="host:2:b")
    assert ran == ["begun", "begun"]


def holder(tools: Tools) -> str:
    """Who runs the one timer."""
    with tools.database.reading() as session:
        return session.scalars(select(Row.holder)).one()


def test_a_timer_of_another_version_is_left_alone(tools: Tools) -> None:
    beat.run(tools, (), "gone", NOON)
    assert beat.claim(tools.database, (), NOON) == []
