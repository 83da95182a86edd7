"""One event of a calendar (RFC 5545), as icalendar has read it: its values become those of a Happening, bounded
and on one line where they must be. Refused where it has no start, is too old, or repeats beyond measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mailhub.reading import cleaning, html_text, recurring, zones
from mailhub.reading.happenings import Attendee, Happening, Refused

MAX_PEOPLE = 500  # of one event
MAX_DATES = 500
MAX_TITLE = 300
MAX_TEXT = 20_000
LONGEST = timedelta(days=366)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MARKUP = re.compile(r"<(?:br|p|b|i|u|ul|ol|li|a|div|span|html|h[1-6])\b[^<>]{0,500}>", re.I)
_RULER = re.compile(r"^-::[:~]{1,200}-$\n?", re.MULTILINE)  # around what Google adds


def unquoted(name: str) -> str:
    return name.strip().strip('"').replace("\\,", ",").replace("\\;", ";")


class Zones:
    """The zones that a calendar means by their names."""

    def __init__(
        self, definitions: Mapping[str, Sequence[str]], own: str, default_zone: str
    ) -> None:
        self._definitions = definitions
        self.default = zones.named(own) or default_zone

    def named(self, tzid: str, year: int) -> str:
        """The IANA name, the default where nobody could tell."""
        tzid = unquoted(tzid)
        found = zones.named(tzid)
        if not found and tzid in self._definitions:
            found = zones.of_definition(self._definitions[tzid], year)
        return found or self.default


def happening(event: Any, local: Zones, *, named_by_uid: bool) -> Happening:
    """One VEVENT. An answer or a cancellation is about an event that is known, and need not say when it is."""
    start = _first(event, "DTSTART")
    if start is None and not named_by_uid:
        raise Refused("no-start")
    starts_at, zone, all_day = (
        _moment(start, local) if start is not None else (_NEVER, "UTC", False)
    )
    if not recurring.FIRST_YEAR <= starts_at.year <= recurring.LAST_YEAR:
        raise Refused("too-old")
    ends_at = _end(event, starts_at, zone, all_day, local)
    rule = _first(event, "RRULE")
    if zone == "UTC" and not all_day and rule is None and not _all(event, "RDATE"):
        zone = local.default  # as Google writes it; whoever reads it lives by another clock
    of = _first(event, "RECURRENCE-ID")
    sequence, stamp = _first(event, "SEQUENCE"), _first(event, "DTSTAMP")
    organiser = _first(event, "ORGANIZER")
    return Happening(
        uid=line(event.get("UID"), 998),
        title=line(event.get("SUMMARY"), MAX_TITLE),
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=all_day,
        zone=zone,
        place=_place(event.get("LOCATION")),
        text=_text(event.get("DESCRIPTION")),
        sequence=min(max(sequence, 0), 1 << 30) if isinstance(sequence, int) else 0,
        stamp=_moment(stamp, local)[0] if stamp is not None and _is_time(stamp) else None,
        cancelled=line(event.get("STATUS"), 40).upper() == "CANCELLED",
        rule=recurring.checked(rule.to_ical().decode()) if hasattr(rule, "to_ical") else "",
        added=tuple(_dates(event, "RDATE", local)),
        without=tuple(_dates(event, "EXDATE", local)),
        of=_moment(of, local)[0] if of is not None and _is_time(of) else None,
        organiser=_person(organiser) if organiser is not None else None,
        attendees=tuple(map(_person, _all(event, "ATTENDEE")[:MAX_PEOPLE])),
        comment=_text(_first(event, "COMMENT")),
    )


def _end(event: Any, starts_at: datetime, zone: str, all_day: bool, local: Zones) -> datetime:
    end, length = _first(event, "DTEND"), _first(event, "DURATION")
    if end is not None and _is_time(end):
        ends_at = _moment(end, local)[0]
    elif isinstance(getattr(length, "td", None), timedelta):
        ends_at = starts_at + min(length.td, LONGEST)
    elif all_day:
        ends_at = _next_midnight(starts_at, zone)
    else:
        ends_at = starts_at
    if not starts_at <= ends_at <= starts_at + LONGEST:
        return _next_midnight(starts_at, zone) if all_day else starts_at
    return _next_midnight(starts_at, zone) if all_day and ends_at == starts_at else ends_at


def _next_midnight(at: datetime, zone: str) -> datetime:
    own = zones.zone(zone) or UTC
    day = at.astimezone(own).date() + timedelta(days=1)
    return datetime.combine(day, time(), own).astimezone(UTC)


def _is_time(value: Any) -> bool:
    return isinstance(getattr(value, "dt", None), date)


def _moment(value: Any, local: Zones) -> tuple[datetime, str, bool]:
    """(when in UTC, in which zone, whether it is a whole day) of a DTSTART or the like."""
    if not _is_time(value):
        raise Refused("no-start")
    said, tzid = value.dt, str(value.params.get("TZID", ""))
    try:
        if not isinstance(said, datetime):
            own = local.default
            midnight = datetime.combine(said, time(), zones.zone(own) or UTC)
            return midnight.astimezone(UTC), own, True
        if said.tzinfo is not None and not tzid:
            return said.astimezone(UTC), "UTC", False
        name = local.named(tzid, said.year) if tzid else local.default
        at = said.replace(tzinfo=zones.zone(name) or UTC)
        if tzid and said.tzinfo is not None and said.utcoffset() == timedelta(0) and _is_utc(said):
            at = said  # "…Z" with a TZID beside it, as some programs write
        return at.astimezone(UTC), name, False
    except (OverflowError, ValueError):
        raise Refused("too-old") from None


def _is_utc(said: datetime) -> bool:
    return said.tzinfo is UTC or str(said.tzinfo) in ("UTC", "Etc/UTC")


def _dates(event: Any, name: str, local: Zones) -> Iterator[datetime]:
    count = 0
    for value in _all(event, name):
        params = getattr(value, "params", {})
        for one in getattr(value, "dts", ()):
            count += 1
            if count > MAX_DATES:
                return
            if "TZID" in params:
                one.params["TZID"] = params["TZID"]
            said = one.dt[0] if isinstance(one.dt, tuple) else one.dt  # a period begins there
            if isinstance(said, date):
                one.dt = said
                yield _moment(one, local)[0]


def _all(event: Any, name: str) -> list[Any]:
    """The values of a property, without those that the library could not read."""
    from icalendar import vBroken

    value = event.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one is not None and not isinstance(one, vBroken)]


def _first(event: Any, name: str) -> Any:
    return next(iter(_all(event, name)), None)


def _person(value: Any) -> Attendee:
    address = str(value).strip()
    if address.lower().startswith("mailto:"):
        address = address[7:]
    params = getattr(value, "params", {})
    return Attendee(
        cleaning.line(address, 320).strip(),
        line(params.get("CN"), 200).strip('"'),
        line(params.get("PARTSTAT"), 40).upper(),
    )


def line(value: Any, limit: int) -> str:
    """A value on one line; the first of several."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else cleaning.line(str(value), limit).strip()


def _place(value: Any) -> str:
    """On one line; programs write a name and an address on lines of their own."""
    said = value[0] if isinstance(value, list) and value else value
    lines = (one.strip(" ,") for one in str(said or "")[: 4 * MAX_TITLE].splitlines())
    return line(", ".join(filter(None, lines)), MAX_TITLE)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if value is None:
        return ""
    said = str(value)[: 4 * MAX_TEXT]
    if _MARKUP.search(said):  # as Google writes it
        said = html_text.text(said.replace("\n", "<br>\n"))
    said = _RULER.sub("", said)
    return cleaning.body(said)[:MAX_TEXT].strip()
