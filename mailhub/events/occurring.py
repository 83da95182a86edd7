"""When an event takes place: its occurrences, those that were moved or cancelled among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailhub.events.tables import Event
from mailhub.reading import recurring, zones
from mailhub.reading.happenings import Occurrence, Refused

AHEAD = timedelta(days=2 * 366)  # how far a series is followed from now on


def next_of(event: Event, now: datetime) -> Occurrence | None:
    """The first occurrence that is not over; None where all are, where the event is cancelled, or where its
    rule has become too long to follow."""
    if event.state == "cancelled":
        return None
    until = max([now, event.starts_at, *map(moment, event.added)]) + AHEAD
    try:
        return next((one for one in between(event, now, until) if one.ends_at > now), None)
    except Refused:
        return None


def between(event: Event, since: datetime, until: datetime) -> list[Occurrence]:
    """The occurrences that touch [since, until), in order, a bounded number. Refused where a rule cannot be
    followed that far."""
    length = event.ends_at - event.starts_at
    changed = {moment(one["of"]): one for one in event.changes}
    # What was moved into the window may belong outside of it.
    found = [
        one
        for of, change in changed.items()
        if not change.get("cancelled")
        for one in (_changed(event, of, change),)
        if one.starts_at < until and (one.ends_at > since or one.starts_at >= since)
    ]
    for of in recurring.starts(
        event.rule,
        event.starts_at,
        event.zone,
        since - length,
        until,
        added=[moment(at) for at in event.added],
        without=[moment(at) for at in event.without],
    ):
        if of not in changed and (of + length > since or of >= since):
            found.append(Occurrence(of, of, _end(event, of), event.title, event.place))
    return sorted(found, key=lambda one: one.starts_at)


def first_of(event: Event) -> Occurrence:
    """The event itself, as its first occurrence."""
    return Occurrence(event.starts_at, event.starts_at, event.ends_at, event.title, event.place)


def moment(said: str) -> datetime:
    """A time as it is kept in JSON."""
    return datetime.fromisoformat(said)


def local(event: Event) -> ZoneInfo:
    """The zone in which it is told."""
    return zones.zone(event.zone) or ZoneInfo("UTC")


def _end(event: Event, of: datetime) -> datetime:
    """An occurrence lasts as long by the clock as the first one, whatever the clocks do."""
    own = local(event)
    length = event.ends_at.astimezone(own).replace(tzinfo=None) - event.starts_at.astimezone(
        own
    ).replace(tzinfo=None)
    return (of.astimezone(own).replace(tzinfo=None) + length).replace(tzinfo=own).astimezone(UTC)


def _changed(event: Event, of: datetime, change: dict[str, str]) -> Occurrence:
    return Occurrence(
        of,
        moment(change["starts_at"]),
        moment(change["ends_at"]),
        change.get("title") or event.title,
        change.get("place") or event.place,
    )


def all_changes(event: Event) -> Iterator[Occurrence]:
    """The occurrences that differ and take place."""
    for one in event.changes:
        if not one.get("cancelled"):
            yield _changed(event, moment(one["of"]), one)
