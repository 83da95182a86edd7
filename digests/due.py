"""When digests are due: pure, over local time.

A schedule names a moment for each of its periods: each day, each week on its day, or the first such day of
each month, at its hour of its time zone. An hour that the clocks skip is read as if they had not gone on
yet, one that they repeat is its first: there is one moment for each period, whatever the clocks do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FREQUENCIES = ("daily", "weekly", "monthly")
# How far back a digest may look beyond its own period, for who got none in between.
LONGEST = {"daily": timedelta(days=31), "weekly": timedelta(days=38), "monthly": timedelta(days=70)}


@dataclass(frozen=True, slots=True, order=True)
class Schedule:
    """How often, on which day of the week (0 is Monday; of no weight for daily ones), at which hour of
    which zone (an IANA name)."""

    frequency: str
    day: int
    hour: int
    zone: str


def last(schedule: Schedule, now: datetime) -> datetime:
    """The last moment at or before `now`, in UTC."""
    day = now.astimezone(ZoneInfo(schedule.zone)).date()
    # The day of a moment is never later than today, nor more than a period before it.
    while True:
        day = _day_of_period(schedule, day)
        moment = _moment(schedule, day)
        if moment <= now:
            return moment
        day = _before(schedule, day)


def before(schedule: Schedule, moment: datetime) -> datetime:
    """The moment before that one."""
    return _moment(schedule, _before(schedule, day_of(schedule, moment)))


def day_of(schedule: Schedule, moment: datetime) -> date:
    """The local day of a moment; it names the period."""
    return moment.astimezone(ZoneInfo(schedule.zone)).date()


def since(schedule: Schedule, moment: datetime, run: datetime, got: datetime | None) -> datetime:
    """From when on a digest of this moment tells: from the last one that its reader got (or would have
    got, had anything happened); else from `run`, when others had theirs. Never from too long ago."""
    begins = run if got is None or got > moment else got
    return max(begins, moment - LONGEST[schedule.frequency])


def _day_of_period(schedule: Schedule, day: date) -> date:
    """The last day at or before this one that a moment falls on."""
    match schedule.frequency:
        case "daily":
            return day
        case "weekly":
            return day - timedelta(days=(day.weekday() - schedule.day) % 7)
        case _:
            first = _first_of_month(schedule, day)
            return first if first <= day else _first_of_month(schedule, _month_before(day))


def _before(schedule: Schedule, day: date) -> date:
    match schedule.frequency:
        case "daily":
            return day - timedelta(days=1)
        case "weekly":
            return day - timedelta(days=7)
        case _:
            return _first_of_month(schedule, _month_before(day))


def _first_of_month(schedule: Schedule, day: date) -> date:
    first = day.replace(day=1)
    return first + timedelta(days=(schedule.day - first.weekday()) % 7)


def _month_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _moment(schedule: Schedule, day: date) -> datetime:
    local = datetime.combine(day, time(schedule.hour), ZoneInfo(schedule.zone))
    return local.astimezone(UTC)
