"""An event in words for a mail or a page: when and where, in its own zone, as plain strings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from mailhub.events import occurring
from mailhub.events.tables import Event
from mailhub.reading.happenings import Occurrence, Refused
from mailhub.words import table

MOST_TOLD = 6  # occurrences of a series that a mail names


@dataclass(frozen=True, slots=True)
class Told:
    """What a template says of an event."""

    number: int
    title: str
    when: str  # "Thursday 26 November 2026, 14:00 to 16:00 (UK time)"
    day: str  # "Thu 26 Nov 2026, 14:00"
    place: str
    text: str
    organiser: str
    places: int | None
    repeats: bool
    dates: tuple[str, ...]  # of a series: the next ones
    more_dates: bool
    cancelled: bool


def told(event: Event, now: datetime) -> Told:
    """The event as a template tells it."""
    dates: list[Occurrence] = []
    if event.rule or event.added:
        try:
            dates = occurring.between(
                event, min(now, event.starts_at), max(now, event.starts_at) + occurring.AHEAD
            )
        except Refused:
            dates = []
        dates = [one for one in dates if one.ends_at > now] or dates
    first = dates[0] if dates else occurring.first_of(event)
    return Told(
        number=event.id,
        title=event.title,
        when=when(event, first),
        day=short(event, first),
        place=event.place,
        text=event.text,
        organiser=event.organiser,
        places=event.places,
        repeats=len(dates) > 1,
        dates=tuple(when(event, one) for one in dates[:MOST_TOLD]),
        more_dates=len(dates) > MOST_TOLD,
        cancelled=event.state == "cancelled",
    )


def when(event: Event, one: Occurrence, zone: tzinfo | None = None) -> str:
    """From when to when, in words, in the event's zone unless another is given."""
    own = zone or occurring.local(event)
    start, end = one.starts_at.astimezone(own), one.ends_at.astimezone(own)
    if event.all_day:
        last = (one.ends_at.astimezone(occurring.local(event)) - timedelta(minutes=1)).date()
        first = one.starts_at.astimezone(occurring.local(event)).date()
        return _day(first) if last <= first else f"{_day(first)} to {_day(last)}"
    zone_name = zone_said(str(getattr(own, "key", "UTC")))
    if start == end:
        return f"{_day(start)}, {start:%H:%M} ({zone_name})"
    if start.date() == end.date():
        return f"{_day(start)}, {start:%H:%M} to {end:%H:%M} ({zone_name})"
    return f"{_day(start)}, {start:%H:%M} to {_day(end)}, {end:%H:%M} ({zone_name})"


def zone_said(name: str) -> str:
    """A time zone as people call it."""
    names: dict[str, str] = table("zones")
    city = name.rpartition("/")[2].replace("_", " ")
    return names.get(name) or names["of_city"].format(city=city)


def short(event: Event, one: Occurrence) -> str:
    """The beginning alone, short enough for a subject."""
    start = one.starts_at.astimezone(occurring.local(event))
    day = f"{start:%a} {start.day} {start:%b %Y}"
    return day if event.all_day else f"{day}, {start:%H:%M}"


def _day(at: date) -> str:
    return f"{at:%A} {at.day} {at:%B %Y}"
