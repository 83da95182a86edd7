"""An event as a calendar program takes it: the .ics of an invitation and of the feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mailhub.compose import ics, invited
from mailhub.compose.vtimezones import vtimezone
from mailhub.events import occurring
from mailhub.events.tables import Event
from mailhub.reading.happenings import Occurrence

PRODUCT = "-//mailhub//mailhub//EN"


def uid(event_id: int, domain: str) -> str:
    """Our UID of an event; the original's is mapped to it."""
    return f"event-{event_id}@{domain}"


def event_id(uid_said: str, domain: str) -> int | None:
    """The event that a UID of ours names; None where it is none of ours."""
    local, at, there = uid_said.strip().rpartition("@")
    number = local.removeprefix("event-")
    if at and there.lower() == domain and number != local and number.isdigit() and len(number) < 10:
        return int(number)
    return None


def invitation(event: Event, domain: str, url: str, method: str, answer: str, now: datetime) -> str:
    """The calendar of one event for mail; with gaps for each copy's own lines but for PUBLISH. `answer` is what
    its readers have said so far, as a PARTSTAT."""
    own = invited.gap(answer) if method != "PUBLISH" else ""
    parts = _event(event, domain, url, now, own)
    return _calendar([ics.line("METHOD", method)], [event], parts)


def feed(events: Iterable[tuple[Event, str]], name: str, domain: str, now: datetime) -> str:
    """A calendar to subscribe to, of (event, its page)."""
    found = list(events)
    parts = "".join(_event(event, domain, url, now, "") for event, url in found)
    head = [
        ics.line("METHOD", "PUBLISH"),
        ics.line("X-WR-CALNAME", ics.text(name)),
        ics.line("NAME", ics.text(name)),
        ics.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H"),
        ics.line("X-PUBLISHED-TTL", "PT6H"),
    ]
    return _calendar(head, [event for event, _ in found], parts)


def _calendar(head: list[str], events: list[Event], parts: str) -> str:
    return "".join(
        [
            ics.line("BEGIN", "VCALENDAR"),
            ics.line("PRODID", PRODUCT),
            ics.line("VERSION", "2.0"),
            ics.line("CALSCALE", "GREGORIAN"),
            *head,
            _zones(events),
            parts,
            ics.line("END", "VCALENDAR"),
        ]
    )


def _zones(events: list[Event]) -> str:
    """The definitions of the zones in which these events are told."""
    first: dict[str, int] = {}
    for event in events:
        if event.zone and event.zone != "UTC" and not event.all_day:
            year = event.starts_at.year
            first[event.zone] = min(year, first.get(event.zone, year))
    return "".join(vtimezone(name, year) for name, year in sorted(first.items()))


def _event(event: Event, domain: str, url: str, now: datetime, own: str) -> str:
    """The VEVENT of an event, and those of its occurrences that differ."""
    cancelled = event.state == "cancelled"
    first = occurring.first_of(event)
    rules = [ics.line("RRULE", event.rule)] if event.rule else []
    for name, values in (("RDATE", event.added), ("EXDATE", _without(event))):
        for value in values:
            rules.append(_time(name, occurring.moment(value), event))
    parts = _vevent(event, first, domain, url, now, own, rules, cancelled=cancelled)
    for one in occurring.all_changes(event):
        of = [_time("RECURRENCE-ID", one.of, event)]
        parts += _vevent(event, one, domain, url, now, own, of, cancelled=cancelled)
    return parts


def _without(event: Event) -> list[str]:
    gone = [one["of"] for one in event.changes if one.get("cancelled")]
    return list(dict.fromkeys([*event.without, *gone]))


def _vevent(
    event: Event,
    one: Occurrence,
    domain: str,
    url: str,
    now: datetime,
    own: str,
    more: list[str],
    *,
    cancelled: bool,
) -> str:
    lines = [
        ics.line("BEGIN", "VEVENT"),
        ics.line("UID", uid(event.id, domain)),
        ics.line("SEQUENCE", str(event.sequence)),
        ics.line("DTSTAMP", ics.utc(now)),
        _time("DTSTART", one.starts_at, event),
        _time("DTEND", one.ends_at, event),
        *more,
        ics.line("SUMMARY", ics.text(one.title)),
        *([ics.line("LOCATION", ics.text(one.place))] if one.place else []),
        ics.line("DESCRIPTION", ics.text(_description(event, url))),
        ics.line("URL", url),
        ics.line("STATUS", "CANCELLED" if cancelled else "CONFIRMED"),
        own,
        ics.line("END", "VEVENT"),
    ]
    return "".join(lines)


def _description(event: Event, url: str) -> str:
    return "\n\n".join(filter(None, (event.text[:4_000], url)))


def _time(name: str, at: datetime, event: Event) -> str:
    own = at.astimezone(occurring.local(event))
    if event.all_day:
        return ics.line(f"{name};VALUE=DATE", ics.day(own.date()))
    if not event.zone or event.zone == "UTC":
        return ics.line(name, ics.utc(at))
    return ics.line(f"{name};TZID={event.zone}", own.strftime("%Y%m%dT%H%M%S"))
