"""Reminders: the day before, at nine in the morning where the person is; the list of those who come to whose
event it is. A timer, in a transaction for each event; a row for each reminder makes it go once, whatever
crashes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import notes
from mailhub.events import attending, filing, occurring, telling, writing
from mailhub.events.tables import Attendance, Event, Reminder
from mailhub.events.writing import Scene
from mailhub.models import Community, Person
from mailhub.notes import Desk, Note
from mailhub.reading import zones
from mailhub.reading.happenings import Occurrence
from mailhub.site import Site

AT = time(9)  # local
EARLIEST = timedelta(hours=48)  # before it begins, wherever somebody is
MOST = 500  # events of one run


def run(tools: Any, last: datetime | None, now: datetime) -> None:
    """A timer: events that are over make way for their next occurrence; who comes tomorrow is reminded."""
    desk = Desk(tools.site, tools.templates)
    with tools.database.reading() as session:
        over = session.scalars(select(Event.id).where(Event.next_ends_at <= now).limit(MOST)).all()
    for event_id in over:
        with tools.database.writing() as session:
            filing.settle(session, session.get_one(Event, event_id, with_for_update=True), now)
    with tools.database.reading() as session:
        soon = session.scalars(
            select(Event.id)
            .where(Event.next_at > now, Event.next_at <= now + EARLIEST, Event.state == "on")
            .order_by(Event.next_at)
            .limit(MOST)
        ).all()
    for event_id in soon:
        with tools.database.writing() as session:
            event = session.get_one(Event, event_id, with_for_update=True)
            coming = occurring.next_of(event, now)
            if coming is not None:
                told = _due(session, desk.site, event, coming, now)
                notes.send(session, desk, told, now)


def due_at(coming: Occurrence, zone_name: str) -> datetime:
    """When somebody in a zone is reminded of an occurrence."""
    own = zones.zone(zone_name) or UTC
    day = coming.starts_at.astimezone(own).date() - timedelta(days=1)
    return datetime.combine(day, AT, own).astimezone(UTC)


def _due(
    session: Session, site: Site, event: Event, coming: Occurrence, now: datetime
) -> list[Note]:
    """The reminders that are due now; that they were made is kept with them."""
    here = Scene(session, site, session.get_one(Community, event.community_id), now)
    done = set(
        session.scalars(
            select(Reminder.person_id).where(
                Reminder.event_id == event.id, Reminder.occurrence == coming.of
            )
        )
    )
    found = []
    for person, row in _coming(session, event, coming):
        at = due_at(coming, person.zone or site.zone)
        # Who said yes this very morning knows.
        if person.id in done or now < at or (row.answered_at or event.created_at) > at:
            continue
        note = _note(here, event, coming, person, "event-reminder")
        session.add(Reminder(event_id=event.id, occurrence=coming.of, person_id=person.id))
        found += [note] if note else []
        done.add(person.id)
    author = session.get(Person, event.person_id) if event.person_id else None
    if (
        author is not None
        and author.id not in done
        and now >= due_at(coming, author.zone or site.zone)
    ):
        note = _note(here, event, coming, author, "event-attendees")
        session.add(Reminder(event_id=event.id, occurrence=coming.of, person_id=author.id))
        found += [note] if note else []
    session.flush()
    return found


def _coming(session: Session, event: Event, coming: Occurrence) -> list[tuple[Person, Attendance]]:
    """Who comes or may come to an occurrence: what is said of it goes before what is said of all."""
    rows = session.execute(
        select(Attendance, Person)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Attendance.event_id == event.id,
            Attendance.occurrence.in_(["", coming.of.isoformat()]),
            Attendance.answer != "",
            Attendance.person_id != (event.person_id or 0),
        )
        .order_by(Attendance.occurrence, Attendance.person_id)
    )
    said = {person.id: (person, row) for row, person in rows}
    return [
        (person, row)
        for person, row in said.values()
        if row.answer in ("yes", "maybe") and not row.waits
    ]


def _note(
    here: Scene, event: Event, coming: Occurrence, person: Person, template: str
) -> Note | None:
    own = zones.zone(person.zone or here.site.zone)
    facts: dict[str, Any] = {"when": telling.when(event, coming, own), "place": coming.place}
    if template == "event-attendees":
        facts |= {
            "people": attending.attendees(here.session, event),
            "counts": attending.counts(here.session, event.id),
        }
    return writing.to_person(here, event, person.id, template, **facts)
