"""Calendars in mails (RFC 5545, 5546, 6047).

`read` tells what kind of mail one is in: a bounded line reader that never raises. `opened` reads all that
happens in one, with icalendar, which nothing else imports. That library follows the definitions of zones
that a calendar brings, whatever they say, so it never sees them: they are taken out and read by `zones`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mailhub.letter import CalendarAnswer
from mailhub.reading import charsets, cleaning, html_text, recurring, zones
from mailhub.reading.happenings import Attendee, CalendarRead, Happening, Refused

MAX_OCTETS = 512 * 1024
MAX_LINES = 10_000
MAX_READ = 5_000  # lines that the library is given; it takes a fifth of a millisecond for each
MAX_PARTS = 1_000  # events and the like in one calendar
MAX_EVENTS = 200  # of one mail that are looked at
MAX_PEOPLE = 500  # of one event
MAX_DATES = 500
MAX_TITLE = 300
MAX_TEXT = 20_000
LONGEST = timedelta(days=366)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FOLD = re.compile(r"\r?\n[ \t]|\r[ \t]")
_MARKUP = re.compile(r"<(?:br|p|b|i|u|ul|ol|li|a|div|span|html|h[1-6])\b[^<>]{0,500}>", re.I)
_PARTSTAT = re.compile(r';\s*PARTSTAT\s*=\s*"?([A-Za-z-]{1,40})', re.I)
# What a calendar program answers with, or sends of its own accord; and what announces an event.
ANSWERS = frozenset({"REPLY", "COUNTER", "CANCEL", "DECLINECOUNTER", "REFRESH"})
ANNOUNCEMENTS = frozenset({"REQUEST", "PUBLISH", "ADD"})


def read(octets: bytes, charset: str = "", method: str = "") -> CalendarAnswer | None:
    """What a text/calendar part says; None where it is no calendar. `method` is the part's own
    parameter, which counts where the calendar names none."""
    text, _ = charsets.decode(octets[:MAX_OCTETS], charset or "utf-8")
    if "BEGIN:VCALENDAR" not in text.upper():
        return None
    uid = attendee = partstat = ""
    inside: list[str] = []
    for row in _FOLD.sub("", text).splitlines()[:MAX_LINES]:
        name, _, value = row.partition(":")
        name, _, _ = name.partition(";")
        name = name.strip().upper()
        if name == "BEGIN":
            inside.append(value.strip().upper())
        elif name == "END":
            if len(inside) == 2 and inside[-1] != "VTIMEZONE" and uid:
                break
            del inside[-1:]
        elif len(inside) == 1 and name == "METHOD":
            method = value
        elif len(inside) == 2 and inside[-1] != "VTIMEZONE":
            if name == "UID":
                uid = value
            elif name == "ATTENDEE" and not attendee:
                attendee = _address(row)
                said = _PARTSTAT.search(row)
                partstat = said[1] if said else ""
    return CalendarAnswer(
        method=cleaning.line(method, 40).upper(),
        uid=cleaning.line(uid, 998),
        attendee=cleaning.line(attendee, 998),
        partstat=partstat.upper(),
    )


def _address(row: str) -> str:
    """The address of `ATTENDEE;CN="Doe: Jane";PARTSTAT=ACCEPTED:mailto:jane@example.org`."""
    found = row.lower().rfind("mailto:")
    return row[found + 7 :].strip() if found >= 0 else row.rpartition(":")[2].strip()


def opened(octets: bytes, default_zone: str, charset: str = "") -> CalendarRead:
    """What a calendar says. `default_zone` is the IANA name for times that name none.

    Refused, with the name of the reason, where it is none, says too much, or repeats beyond measure. What
    is wrong with single events stands in `problems`.
    """
    if len(octets) > MAX_OCTETS:
        raise Refused("too-large")
    text, _ = charsets.decode(octets, charset or "utf-8")
    start = text.upper().find("BEGIN:VCALENDAR")
    if start < 0:
        start = text.upper().find("BEGIN:VEVENT")
        if start < 0:
            raise Refused("not-a-calendar")
        text = f"{text[:start]}BEGIN:VCALENDAR\n{text[start:].rstrip()}\nEND:VCALENDAR"
    rows = [
        row for row in _FOLD.sub("", text[start:].replace("\0", "")).splitlines() if row.strip()
    ]
    if len(rows) > MAX_LINES or sum(row[:6].upper() == "BEGIN:" for row in rows) > MAX_PARTS:
        raise Refused("too-large")
    rows, definitions = _without_zones(_fewer_people(rows))
    if len(rows) > MAX_READ:
        raise Refused("too-large")
    root = _parsed(rows)
    local = _Zones(definitions, _line(root.get("X-WR-TIMEZONE"), 100), default_zone)
    found: list[Happening] = []
    problems: list[str] = []
    method = _line(root.get("METHOD"), 40).upper()
    for event in root.walk("VEVENT")[:MAX_EVENTS]:
        try:
            found.append(_happening(event, local, named_by_uid=method in ANSWERS))
        except Refused as refused:
            problems.append(str(refused))
    if not found:
        raise Refused(problems[0] if problems else "no-event")
    return CalendarRead(method, tuple(found), tuple(problems))


def _parsed(rows: Sequence[str]) -> Any:
    """The library's tree of a calendar. Lines that it cannot take are left out, so that one slip costs no
    invitation."""
    from icalendar import Calendar  # a tenth of a second to import: only where a calendar comes
    from icalendar.error import GloballyUniqueTZIDGuessed

    # What it guesses of zones is not used.
    warnings.filterwarnings("ignore", category=GloballyUniqueTZIDGuessed)
    try:
        return Calendar.from_ical("\r\n".join(rows) + "\r\n")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        pass
    inside, sound = 0, []
    for row in rows:
        name = row.partition(":")[0].partition(";")[0].strip().upper()
        inside += (name == "BEGIN") - (name == "END")
        if ":" in row and re.fullmatch(r"[A-Z0-9-]{1,60}", name) and inside >= 0:
            sound.append(row)
        if inside == 0 and name == "END":
            break
    try:
        return Calendar.from_ical("\r\n".join(sound) + "\r\n" + "END:VCALENDAR\r\n" * (inside == 1))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        raise Refused("not-a-calendar") from None


def _fewer_people(rows: Iterable[str]) -> Iterator[str]:
    """A calendar's lines with MAX_PEOPLE of those who are invited."""
    left = MAX_PEOPLE
    for row in rows:
        left -= row[:8].upper() == "ATTENDEE"
        if left >= 0 or row[:8].upper() != "ATTENDEE":
            yield row


def _without_zones(rows: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """A calendar's lines but for definitions of zones, and those by their names."""
    kept: list[str] = []
    found: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for row in rows:
        upper = row.strip().upper()
        if upper == "BEGIN:VTIMEZONE":
            inside = []
        elif upper == "END:VTIMEZONE" and inside is not None:
            name = next((one.partition(":")[2] for one in inside if one[:4].upper() == "TZID"), "")
            found.setdefault(_unquoted(name), inside)
            inside = None
        elif inside is None:
            kept.append(row)
        else:
            inside.append(row)
    return kept, found


def _unquoted(name: str) -> str:
    return name.strip().strip('"').replace("\\,", ",").replace("\\;", ";")


class _Zones:
    """The zones that a calendar means by their names."""

    def __init__(
        self, definitions: Mapping[str, Sequence[str]], own: str, default_zone: str
    ) -> None:
        self._definitions = definitions
        self.default = zones.named(own) or default_zone

    def named(self, tzid: str, year: int) -> str:
        """The IANA name, the default where nobody could tell."""
        tzid = _unquoted(tzid)
        found = zones.named(tzid)
        if not found and tzid in self._definitions:
            found = zones.of_definition(self._definitions[tzid], year)
        return found or self.default


def _happening(event: Any, local: _Zones, *, named_by_uid: bool) -> Happening:
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
    of = _first(event, "RECURRENCE-ID")
    sequence, stamp = _first(event, "SEQUENCE"), _first(event, "DTSTAMP")
    organiser = _first(event, "ORGANIZER")
    return Happening(
        uid=_line(event.get("UID"), 998),
        title=_line(event.get("SUMMARY"), MAX_TITLE),
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=all_day,
        zone=zone,
        place=_line(event.get("LOCATION"), MAX_TITLE),
        text=_text(event.get("DESCRIPTION")),
        sequence=min(max(sequence, 0), 1 << 30) if isinstance(sequence, int) else 0,
        stamp=_moment(stamp, local)[0] if stamp is not None and _is_time(stamp) else None,
        cancelled=_line(event.get("STATUS"), 40).upper() == "CANCELLED",
        rule=recurring.checked(rule.to_ical().decode()) if hasattr(rule, "to_ical") else "",
        added=tuple(_dates(event, "RDATE", local)),
        without=tuple(_dates(event, "EXDATE", local)),
        of=_moment(of, local)[0] if of is not None and _is_time(of) else None,
        organiser=_person(organiser) if organiser is not None else None,
        attendees=tuple(map(_person, _all(event, "ATTENDEE")[:MAX_PEOPLE])),
        comment=_text(_first(event, "COMMENT")),
    )


def _end(event: Any, starts_at: datetime, zone: str, all_day: bool, local: _Zones) -> datetime:
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


def _moment(value: Any, local: _Zones) -> tuple[datetime, str, bool]:
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


def _dates(event: Any, name: str, local: _Zones) -> Iterator[datetime]:
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
        _line(params.get("CN"), 200).strip('"'),
        _line(params.get("PARTSTAT"), 40).upper(),
    )


def _line(value: Any, limit: int) -> str:
    """A value on one line; the first of several."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return "" if value is None else cleaning.line(str(value), limit).strip()


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if value is None:
        return ""
    said = str(value)[: 4 * MAX_TEXT]
    if _MARKUP.search(said):  # as Google writes it
        said = html_text.text(said)
    return cleaning.body(said)[:MAX_TEXT].strip()
