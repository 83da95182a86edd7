"""Two people who turn out to be one: what the one answered, was reminded of and announced is the other's. Of two
answers to one invitation the later one counts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailhub.events import attending
from mailhub.events.tables import Attendance, CalendarFeed, Event, Reminder

_NEVER = datetime.min.replace(tzinfo=UTC)


def merged(session: Session, other: int, person: int) -> None:
    """All that `other` has goes to `person`. Where both have a calendar link, that of `person` stays."""
    _attendances(session, other, person)
    had = select(Reminder.event_id, Reminder.occurrence).where(Reminder.person_id == person)
    known = {(event_id, occurrence) for event_id, occurrence in session.execute(had)}
    for reminder in session.scalars(select(Reminder).where(Reminder.person_id == other)).all():
        if (reminder.event_id, reminder.occurrence) in known:
            session.delete(reminder)
        else:
            reminder.person_id = person
    if session.scalar(select(CalendarFeed.id).where(CalendarFeed.person_id == person)) is None:
        session.execute(
            update(CalendarFeed).where(CalendarFeed.person_id == other).values(person_id=person)
        )
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == other))
    session.execute(update(Event).where(Event.person_id == other).values(person_id=person))
    session.flush()


def _attendances(session: Session, other: int, person: int) -> None:
    own = {
        (one.event_id, one.occurrence): one
        for one in session.scalars(select(Attendance).where(Attendance.person_id == person))
    }
    free = set()
    for theirs in session.scalars(select(Attendance).where(Attendance.person_id == other)).all():
        mine = own.get((theirs.event_id, theirs.occurrence))
        if mine is None:
            theirs.person_id = person
            continue
        earlier, later = sorted((mine, theirs), key=lambda one: one.answered_at or _NEVER)
        session.delete(earlier)
        session.flush()  # a person has one answer
        later.person_id = person
        free.add(later.event_id)
    session.flush()
    for event_id in sorted(free):
        event = session.get(Event, event_id, with_for_update=True)
        if event is not None and event.places is not None:
            attending.move_up(session, event)
