"""Which events there are, for whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.events import attending, occurring, telling
from mailhub.events.tables import Event
from mailhub.membership import Unusable
from mailhub.models import Community
from mailhub.reading.happenings import Refused
from mailhub.sight import Viewer, may_read


def ahead(
    session: Session, viewer: Viewer, community_id: int, now: datetime, most: int
) -> Sequence[Event]:
    """The events of a community that are not over, the next first."""
    return session.scalars(
        select(Event)
        .join(Community, Community.id == Event.community_id)
        .where(Event.community_id == community_id, Event.next_ends_at > now, may_read(viewer))
        .order_by(Event.next_at, Event.id)
        .limit(most)
    ).all()


def of_community(session: Session, community_id: int) -> Sequence[Event]:
    """All events of a community, the latest first."""
    return session.scalars(
        select(Event).where(Event.community_id == community_id).order_by(Event.starts_at.desc())
    ).all()


def known_event(session: Session, event_id: int) -> Event:
    """The event of this number; Unusable where there is none."""
    event = session.get(Event, event_id)
    if event is None:
        raise Unusable("unknown-event", str(event_id))
    return event


def row(session: Session, event: Event) -> dict[str, Any]:
    """An event as operators see it."""
    slug = session.scalar(select(Community.slug).where(Community.id == event.community_id))
    return {
        "id": event.id,
        "community": slug,
        "state": event.state,
        "title": event.title,
        "starts": event.starts_at.isoformat(),
        "ends": event.ends_at.isoformat(),
        "next": event.next_at.isoformat() if event.next_at else None,
        "zone": event.zone,
        "place": event.place,
        **attending.counts(session, event.id),
    }


def shown(session: Session, event: Event, now: datetime) -> dict[str, Any]:
    """All that is known of an event."""
    try:
        dates = occurring.between(event, now, now + occurring.AHEAD)[:20]
    except Refused:
        dates = []
    return row(session, event) | {
        "organiser": event.organiser,
        "text": event.text,
        "all_day": event.all_day,
        "places": event.places,
        "uid": event.uid,
        "sequence": event.sequence,
        "their_sequence": event.their_sequence,
        "rule": event.rule,
        "dates": [telling.when(event, one) for one in dates],
        "attendees": [
            {
                "name": one.name,
                "organisation": one.organisation,
                "answer": one.answer,
                "brings": one.more,
                "waits": one.waits,
            }
            for one in attending.attendees(session, event)
        ],
    }
