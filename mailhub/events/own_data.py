"""What events hold on people, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailhub.events import attending
from mailhub.events.tables import Attendance, CalendarFeed, Event, Reminder
from mailhub.models import Community


def my_data(session: Session, people: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Events that are theirs, what they answered, and that they have a calendar of their own."""
    announced = session.execute(
        select(Community.name, Event.title, Event.starts_at, Event.place, Event.state)
        .join(Community, Community.id == Event.community_id)
        .where(Event.person_id.in_(people))
        .order_by(Event.id)
    )
    answered = session.execute(
        select(
            Community.name,
            Event.title,
            Event.starts_at,
            Attendance.answer,
            Attendance.more,
            Attendance.answered_at,
        )
        .join(Event, Event.id == Attendance.event_id)
        .join(Community, Community.id == Event.community_id)
        .where(Attendance.person_id.in_(people))
        .order_by(Attendance.id)
    )
    links = session.scalars(
        select(CalendarFeed.created_at).where(CalendarFeed.person_id.in_(people))
    )
    return {
        "events_announced": [
            {"community": name, "event": title, "begins": at, "place": place, "state": state}
            for name, title, at, place, state in announced
        ],
        "invitations": [
            {
                "community": name,
                "event": title,
                "begins": at,
                "answer": answer or "none",
                "brings": more,
                "answered": answered_at,
            }
            for name, title, at, answer, more, answered_at in answered
        ],
        "calendar_links": [{"made": at} for at in links],
    }


def forget(session: Session, people: Sequence[int]) -> None:
    """Their answers go, their calendar ends, and events that were theirs are nobody's; the events stay for
    those who come."""
    events = session.scalars(
        select(Event.id).where(
            Event.id.in_(select(Attendance.event_id).where(Attendance.person_id.in_(people)))
        )
    ).all()
    for table in (Attendance, Reminder, CalendarFeed):
        session.execute(delete(table).where(table.person_id.in_(people)))
    session.execute(
        update(Event).where(Event.person_id.in_(people)).values(person_id=None, organiser="")
    )
    session.expire_all()
    for event_id in events:
        event = session.get(Event, event_id, with_for_update=True)
        if event is not None and event.places is not None:
            attending.move_up(session, event)
