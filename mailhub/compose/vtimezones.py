"""The definition of a time zone as calendars want it beside the times (RFC 5545 3.6.5).

Written from what the zone does around a year: its changes of the clocks, as yearly rules where they
follow one for some years, else one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailhub.compose import ics
from mailhub.reading import zones

YEARS = 5  # that are looked at
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Change:
    """The clocks change at `at`, in the time that was before."""

    at: datetime  # naive
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=256)
def vtimezone(name: str, year: int) -> str:
    """The VTIMEZONE of an IANA zone for what begins in a year or later; "" for UTC."""
    own = zones.zone(name)
    if own is None or name == "UTC":
        return ""
    first = max(year - 1, 1970)
    found = [change for y in range(first, first + YEARS) for change in _changes(own, y)]
    return "".join(
        [
            ics.line("BEGIN", "VTIMEZONE"),
            ics.line("TZID", name),
            *(_still(own, first) if not found else _kinds(own, first, found)),
            ics.line("END", "VTIMEZONE"),
        ]
    )


def _changes(own: ZoneInfo, year: int) -> list[_Change]:
    """The changes of one year."""
    found = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        after = day + _DAY
        if _offset(own, day) != _offset(own, after):
            found.append(_change(own, day, after))
        day = after
    return found


def _change(own: ZoneInfo, low: datetime, high: datetime) -> _Change:
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if _offset(own, middle) == _offset(own, low):
            low = middle
        else:
            high = middle
    at = (high + timedelta(seconds=30)).replace(second=0, microsecond=0)
    before, local = _offset(own, low), at.astimezone(own)
    return _Change(
        (at + before).replace(tzinfo=None),
        before,
        _offset(own, high),
        local.tzname() or "",
        bool(local.dst()),
    )


def _offset(own: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(own).utcoffset() or timedelta()


def _still(own: ZoneInfo, year: int) -> list[str]:
    at = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(own, at)
    name = at.astimezone(own).tzname() or ""
    return _kind(_Change(datetime(year, 1, 1), offset, offset, name, False), [])


def _kinds(own: ZoneInfo, year: int, found: Sequence[_Change]) -> list[str]:
    """One part for each kind of change: to summer, to winter, and those that there was once."""
    lines: list[str] = []
    kinds = dict.fromkeys((change.before, change.after, change.is_summer) for change in found)
    for kind in kinds:
        same = [c for c in found if (c.before, c.after, c.is_summer) == kind]
        rule = _rule(same)
        more = [ics.line("RRULE", rule)] if rule else []
        if not rule:
            more = [ics.line("RDATE", c.at.strftime("%Y%m%dT%H%M%S")) for c in same[1:]]
        lines += _kind(same[0], more)
    return lines


def _rule(same: Sequence[_Change]) -> str:
    """The yearly rule that these changes follow; "" where they follow none."""
    if len(same) != YEARS or len({(c.at.month, c.at.weekday(), c.at.time()) for c in same}) != 1:
        return ""
    at = same[0].at
    last = {(c.at + 7 * _DAY).month != c.at.month for c in same}
    nth = {(c.at.day - 1) // 7 + 1 for c in same}
    which = "-1" if last == {True} else str(nth.pop()) if len(nth) == 1 else ""
    return f"FREQ=YEARLY;BYMONTH={at.month};BYDAY={which}{_DAYS[at.weekday()]}" if which else ""


def _kind(change: _Change, more: Sequence[str]) -> list[str]:
    part = "DAYLIGHT" if change.is_summer else "STANDARD"
    return [
        ics.line("BEGIN", part),
        ics.line("DTSTART", change.at.strftime("%Y%m%dT%H%M%S")),
        *more,
        ics.line("TZOFFSETFROM", _written(change.before)),
        ics.line("TZOFFSETTO", _written(change.after)),
        ics.line("TZNAME", change.name),
        ics.line("END", part),
    ]


def _written(offset: timedelta) -> str:
    minutes = int(abs(offset).total_seconds()) // 60
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}{minutes % 60:02}"
