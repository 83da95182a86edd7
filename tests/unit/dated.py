"""Calendars of one event, and when it takes place."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailhub.reading import calendars, recurring
from mailhub.reading.happenings import Happening, Refused

LONDON = "Europe/London"


def calendar(*lines: str, method: str = "REQUEST") -> bytes:
    """A calendar of one event with these lines."""
    event = ("BEGIN:VEVENT", "UID:one", "SUMMARY:Meeting", *lines, "END:VEVENT")
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *event, "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


def one(*lines: str, method: str = "REQUEST") -> Happening:
    """The event of such a calendar."""
    return calendars.opened(calendar(*lines, method=method), LONDON).happenings[0]


def dates(event: Happening, days: int = 3000) -> list[datetime]:
    """When it takes place."""
    until = event.starts_at + timedelta(days=days)
    return recurring.starts(
        event.rule,
        event.starts_at,
        event.zone,
        event.starts_at,
        until,
        added=event.added,
        without=event.without,
    )


def refused(octets: bytes) -> str:
    """Why a calendar, or how it repeats, is refused; "" where it is read, with all its dates."""
    try:
        for event in calendars.opened(octets, LONDON).happenings:
            assert event.starts_at <= event.ends_at
            assert len(dates(event)) <= recurring.MOST
    except Refused as why:
        return str(why)
    return ""
