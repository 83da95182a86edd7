"""Names of time zones as calendar programs write them: IANA's, Windows', those with a path or an offset in
front, and zones of a calendar's own, told by when their clocks change.

A zone is an IANA name or none. A calendar's own definition is read line by line; only the yearly rules that
real zones have are understood (RFC 5545 3.6.5), and nothing in it is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MAX_NAME = 200
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?\d{2})?")
_UTC = re.compile(
    r"(?:\(?(?:UTC|GMT|Z)\)?|tzutc\(\)|Etc/(?:UTC|GMT)|Coordinated Universal Time)", re.I
)
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Asked first of all where several zones have the same clocks.
_LIKELY = (
    "Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin", "Europe/Helsinki",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    """One of a zone's two times of the year: since when in a year, and how far from UTC."""

    before: timedelta
    offset: timedelta
    month: int  # 0: it has no rule
    weekday: int
    nth: int
    hour: int


@cache
def zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None where there is none of that name."""
    if not name or len(name) > MAX_NAME or name.startswith("/") or ".." in name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@cache
def _by_lower_case() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _windows() -> Mapping[str, str]:
    """Windows' names, and the cities by which it shows zones to people."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.lower(): iana for name, iana in WINDOWS_TO_OLSON.items()}


def named(name: str) -> str:
    """The IANA name that a TZID means; "" where it means none, "UTC" for UTC."""
    name = name.strip().strip('"')[:MAX_NAME]
    if _UTC.fullmatch(name):
        return "UTC"
    known = _by_lower_case()
    lower = name.lower()
    if lower in known:
        return known[lower]
    if lower in _windows():
        return _windows()[lower]
    # "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "/citadel.org/20210210_1/Europe/Berlin"
    pieces = [piece for piece in lower.split("/") if piece]
    for length in (3, 2):
        tail = "/".join(pieces[-length:])
        if len(pieces) > length and tail in known:
            return known[tail]
    # "(UTC+01:00) Amsterdam, Berlin, Bern, Rome", "(GMT) Greenwich Mean Time : Dublin, London"
    for word in re.findall(r"[A-Za-z][A-Za-z ]{2,30}", name.partition(")")[2] or ""):
        city = "_".join(word.split()).lower()
        found = next((iana for low, iana in known.items() if low.endswith(f"/{city}")), "")
        if found:
            return found
    return ""


def of_definition(rows: Sequence[str], year: int) -> str:
    """The IANA name of a zone that a calendar defines (the lines of one VTIMEZONE), for events of about
    that year; "" where no zone has these clocks."""
    for row in rows:
        if row.upper().startswith("X-LIC-LOCATION:"):
            found = named(row.partition(":")[2])
            if found:
                return found
    changes = _changes(rows)
    offsets = {change.offset for change in changes}
    yearly = [change for change in changes if change.month]
    if not changes or len(offsets) > 2 or (len(offsets) == 2 and len(yearly) < 2):
        return ""  # more than two times, or changes that follow no rule
    probes = _probes(changes, min(max(year, 1990), 2035))
    for name in (*_LIKELY, *sorted(available_timezones())):
        candidate = zone(name)
        if candidate and all(at.astimezone(candidate).utcoffset() == off for at, off in probes):
            return name
    return ""


def _changes(rows: Sequence[str]) -> list[_Change]:
    """The last of each kind that a definition gives, one for each offset."""
    found: dict[str, _Change] = {}
    said: dict[str, str] = {}
    for row in rows:
        name, _, value = row.partition(":")
        name = name.partition(";")[0].strip().upper()
        if name == "BEGIN":
            said = {"KIND": value.strip().upper()}
        elif name == "END" and "KIND" in said:
            change = _change(said)
            if change is not None and (change.month or said["KIND"] not in found):
                found[said["KIND"]] = change
            said = {}
        else:
            said[name] = value.strip()
    return list(found.values())


def _change(said: Mapping[str, str]) -> _Change | None:
    before, offset = (_offset(said.get(n, "")) for n in ("TZOFFSETFROM", "TZOFFSETTO"))
    if before is None or offset is None:
        return None
    rule = dict(pair.partition("=")[::2] for pair in said.get("RRULE", "").upper().split(";"))
    day = _BYDAY.fullmatch(rule.get("BYDAY", ""))
    month = rule.get("BYMONTH", "")
    hour = said.get("DTSTART", "").partition("T")[2][:2]
    is_yearly = rule.get("FREQ") == "YEARLY" and day and month.isdigit() and 1 <= int(month) <= 12
    return _Change(
        before,
        offset,
        int(month) if is_yearly else 0,
        _DAYS.index(day[2]) if is_yearly and day else 0,
        int(day[1] or 1) if is_yearly and day else 1,
        int(hour) % 24 if hour.isdigit() else 0,
    )


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size


def _probes(changes: Sequence[_Change], year: int) -> list[tuple[datetime, timedelta]]:
    """Moments around each change of the clocks, and how far from UTC it is then."""
    moving = [change for change in changes if change.month]
    if len(moving) < 2:
        still = changes[-1].offset
        return [(datetime(year, month, 15, tzinfo=UTC), still) for month in (1, 4, 7, 10)]
    probes = []
    for change in moving:
        at = _when(change, year)
        probes += [
            (at - timedelta(hours=1), change.before),
            (at + timedelta(hours=1), change.offset),
        ]
    return probes


def _when(change: _Change, year: int) -> datetime:
    first = datetime(year, change.month, 1, change.hour, tzinfo=UTC)
    if change.nth > 0:
        day = first + timedelta(days=(change.weekday - first.weekday()) % 7 + 7 * (change.nth - 1))
    else:
        following = (first + timedelta(days=32)).replace(day=1)
        last = following - timedelta(days=1)
        day = last - timedelta(days=(last.weekday() - change.weekday) % 7 - 7 * (change.nth + 1))
    return day - change.before
