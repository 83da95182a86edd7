"""When digests are due: one moment for each period, at the right hour of the right place, whatever the
clocks do."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import due
from digests.due import Schedule

ZONES = (
    "Europe/London", "Europe/Madrid", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Auckland", "Africa/Casablanca", "UTC",
    "America/Santiago", "Pacific/Chatham",
)  # fmt: skip
schedules = st.builds(
    Schedule,
    st.sampled_from(due.FREQUENCIES),
    st.integers(0, 6),
    st.integers(0, 23),
    st.sampled_from(ZONES),
)
times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@given(schedules, times)
def test_the_last_moment_is_the_last(schedule: Schedule, now: datetime) -> None:
    moment = due.last(schedule, now)
    assert moment <= now
    assert due.last(schedule, moment) == moment
    assert due.last(schedule, moment - timedelta(microseconds=1)) == due.before(schedule, moment)
    longest = {"daily": 2, "weekly": 8, "monthly": 36}[schedule.frequency]
    assert now - moment < timedelta(days=longest)


@given(schedules, times)
def test_it_is_at_the_local_hour_of_the_right_day(schedule: Schedule, now: datetime) -> None:
    local = due.last(schedule, now).astimezone(ZoneInfo(schedule.zone))
    # Where the clocks skip the hour, it is that of the clock that has gone on.
    exists = datetime.combine(local.date(), local.time(), local.tzinfo).astimezone(UTC) == local
    assert exists
    if local.hour != schedule.hour or local.minute:
        skipped = local.replace(hour=schedule.hour, minute=0)
        assert skipped.astimezone(UTC).astimezone(local.tzinfo) != skipped
    if schedule.frequency != "daily":
        assert local.weekday() == schedule.day
    if schedule.frequency == "monthly":
        assert local.day <= 7


@given(schedules, times)
def test_each_period_has_one(schedule: Schedule, now: datetime) -> None:
    moments = [due.last(schedule, now)]
    for _ in range(40):
        moments.append(due.before(schedule, moments[-1]))
    days = [due.day_of(schedule, moment) for moment in moments]
    assert len(set(days)) == len(days)
    assert moments == sorted(moments, reverse=True)
    gaps = {(one - two).days for one, two in itertools.pairwise(days)}
    assert gaps <= {"daily": {1}, "weekly": {7}, "monthly": {28, 35}}[schedule.frequency]


@pytest.mark.parametrize(
    ("frequency", "hour", "now", "moment"),
    [
        # The clocks go on in London on 29 March 2026 from 1 to 2, back on 25 October from 2 to 1.
        ("daily", 1, "2026-03-29T12:00", "2026-03-29T01:00"),
        ("daily", 1, "2026-03-29T00:59", "2026-03-28T01:00"),
        ("daily", 1, "2026-10-25T12:00", "2026-10-25T00:00"),
        ("daily", 1, "2026-10-25T00:59", "2026-10-25T00:00"),
        ("daily", 7, "2026-03-29T06:00", "2026-03-29T06:00"),
        ("daily", 7, "2026-03-28T06:59", "2026-03-27T07:00"),
        ("weekly", 7, "2026-11-22T05:00", "2026-11-16T07:00"),
        ("monthly", 7, "2026-11-22T05:00", "2026-11-02T07:00"),
        ("monthly", 7, "2026-11-01T05:00", "2026-10-05T06:00"),
    ],
)
def test_days_that_are_known(frequency: str, hour: int, now: str, moment: str) -> None:
    schedule = Schedule(frequency, 0, hour, "Europe/London")
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due.last(schedule, at) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)
WEEK = timedelta(days=7)
WEEKLY = Schedule("weekly", 0, 7, "Europe/London")


def test_a_digest_tells_from_the_last_one_on() -> None:
    run = MONDAY - WEEK
    assert due.since(WEEKLY, MONDAY, run, None) == run
    # Somebody who had theirs on Fridays misses nothing, and gets nothing twice.
    assert due.since(WEEKLY, MONDAY, run, MONDAY - timedelta(days=3)) == MONDAY - timedelta(days=3)
    assert due.since(WEEKLY, MONDAY, run, run - WEEK) == run - WEEK
    # Who was away for half a year is not told of all of it.
    assert due.since(WEEKLY, MONDAY, run, run - 20 * WEEK) == MONDAY - due.LONGEST["weekly"]
