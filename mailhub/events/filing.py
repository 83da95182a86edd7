"""A proposal becomes an event, or changes the one that is there: rows only, nothing is mailed here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.events import occurring
from mailhub.events.proposing import Proposed
from mailhub.events.tables import Event
from mailhub.models import Community, Person
from mailhub.reading.happenings import Happening

KIND = "event"  # in the search


def file(
    session: Session,
    proposed: Proposed,
    *,
    community: Community,
    person: Person | None,
    organiser: str,
    inbound_id: int,
    now: datetime,
) -> Event:
    """A new event of a community."""
    main = proposed.main
    assert main is not None, "a proposal with a problem is not filed"
    event = Event(
        community_id=community.id,
        person_id=person.id if person else None,
        inbound_id=inbound_id,
        organiser=organiser,
        uid=main.uid,
        their_sequence=main.sequence,
        their_stamp=main.stamp,
        places=proposed.places,
        created_at=now,
        changed_at=now,
        **times(main),
    )
    event.changes = changes(proposed.changed)
    session.add(event)
    settle(session, event, now)
    return event


def settle(session: Session, event: Event, now: datetime) -> None:
    """What follows from an event's times and words: when it is next, and what the search finds."""
    coming = occurring.next_of(event, now)
    event.next_at = coming.starts_at if coming else None
    event.next_ends_at = coming.ends_at if coming else None
    session.flush()
    words = "\n".join(filter(None, (event.place, event.organiser, event.text)))
    search.put(session, KIND, event.id, event.community_id, event.title, words, event.created_at)


def known(session: Session, community_id: int, uid: str) -> Event | None:
    """The event of a community that came under this UID, the latest, locked."""
    if not uid:
        return None
    return session.scalars(
        select(Event)
        .where(Event.community_id == community_id, Event.uid == uid)
        .order_by(Event.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def times(main: Happening) -> dict[str, Any]:
    """What a happening says of an event, by its columns."""
    return {
        "title": main.title or "",
        "place": main.place,
        "text": main.text,
        "starts_at": main.starts_at,
        "ends_at": main.ends_at,
        "all_day": main.all_day,
        "zone": main.zone,
        "rule": main.rule,
        "added": [at.isoformat() for at in main.added],
        "without": [at.isoformat() for at in main.without],
    }


def changes(changed: Sequence[Happening]) -> list[dict[str, Any]]:
    """Occurrences that differ, as they are kept."""
    return [
        {"of": one.of.isoformat(), "cancelled": True}
        if one.cancelled
        else {
            "of": one.of.isoformat(),
            "starts_at": one.starts_at.isoformat(),
            "ends_at": one.ends_at.isoformat(),
            "title": one.title,
            "place": one.place,
        }
        for one in changed
        if one.of is not None
    ]
