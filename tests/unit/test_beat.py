"""Timers run at their time, once, and again when whoever ran them died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailhub import beat, migrations
from mailhub.app.hub import put_together
from mailhub.beat import Timer
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
    assert beat.claim(tools.database, timers, NOON + beat.LEASE) == ["fail"]


def test_a_timer_of_another_version_is_left_alone(tools: Tools) -> None:
    beat.run(tools, (), "gone", NOON)
    assert beat.claim(tools.database, (), NOON) == []
