"""Who comes: one row for each person and event, places, and a waiting list in the order of asking.

Whoever writes it has the event's row locked, so that of two who ask for the last place at once one waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub.events.tables import Attendance, Event
from mailhub.models import Membership, Person

MOST_MORE = 50  # whom one person brings


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an answer. `kept` says that there was no place for more, and that they keep what they
    had; `left` how many places there were for them and whom they bring, None without a limit; `moved_up` are
    those for whom there is a place now."""

    row: Attendance
    changed: bool
    kept: bool = False
    left: int | None = None
    moved_up: tuple[Attendance, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of the list of those who come."""

    person_id: int
    name: str
    organisation: str
    answer: str
    more: int
    waits: bool
    occurrence: str


def record(
    session: Session,
    event: Event,
    person_id: int,
    answer: str,
    more: int,
    now: datetime,
    *,
    said: str,
    occurrence: str = "",
    stamp: datetime | None = None,
) -> Recorded:
    """Keep an answer. An older one by calendar than what is there changes nothing."""
    session.refresh(event, with_for_update=True)
    row = session.scalars(
        select(Attendance).where(
            Attendance.event_id == event.id,
            Attendance.person_id == person_id,
            Attendance.occurrence == occurrence,
        )
    ).first()
    if row is None:
        row = Attendance(
            event_id=event.id, person_id=person_id, occurrence=occurrence, answer="", more=0
        )
        row.waits = False
        session.add(row)
    if stamp and row.stamp and stamp < row.stamp:
        return Recorded(row, changed=False)
    more = min(more, MOST_MORE) if answer == "yes" else 0
    before = (row.answer, row.more)
    had_place = row.answer == "yes" and not row.waits
    free = _free(session, event, without=row)
    kept = False
    if answer == "yes" and free is not None and 1 + more > free:
        if had_place:
            more, kept = row.more, True
        else:
            row.waits, row.asked_at = True, row.asked_at if row.waits else now
    else:
        row.waits, row.asked_at = False, now if answer == "yes" else None
    row.answer, row.more, row.said, row.answered_at = answer, more, said, now
    row.stamp = stamp or row.stamp
    session.flush()
    moved = move_up(session, event)
    return Recorded(row, before != (row.answer, row.more), kept, free, moved)


def move_up(session: Session, event: Event) -> tuple[Attendance, ...]:
    """Give free places to those who wait, the longest first; who brings more than there is room for is
    passed over until there is."""
    waiting = session.scalars(
        select(Attendance)
        .where(Attendance.event_id == event.id, Attendance.waits, Attendance.answer == "yes")
        .order_by(Attendance.asked_at, Attendance.id)
    ).all()
    moved = []
    for row in waiting:
        free = _free(session, event, without=row)
        if free is None or 1 + row.more <= free:
            row.waits = False
            session.flush()
            moved.append(row)
    return tuple(moved)


def _free(session: Session, event: Event, *, without: Attendance) -> int | None:
    """How many places there are for one person and whom they bring; None where there is no limit."""
    if event.places is None:
        return None
    taken = session.scalar(
        select(func.coalesce(func.sum(1 + Attendance.more), 0)).where(
            Attendance.event_id == event.id,
            Attendance.answer == "yes",
            Attendance.waits.is_(False),
            Attendance.occurrence == "",
            Attendance.person_id != without.person_id,
        )
    )
    return event.places - int(taken or 0)


def attendees(session: Session, event: Event) -> list[Attendee]:
    """Everybody who has answered, by answer and name."""
    rows = session.execute(
        select(Attendance, Person.name, Person.organisation)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.event_id == event.id, Attendance.answer != "")
        .order_by(
            Attendance.waits, Attendance.answer.desc(), func.lower(Person.name), Attendance.id
        )
    )
    return [
        Attendee(row.person_id, name, organisation, row.answer, row.more, row.waits, row.occurrence)
        for row, name, organisation in rows
    ]


def counts(session: Session, event_id: int) -> dict[str, int]:
    """How many come (whom they bring among them), may come, do not, wait, and have not answered."""
    rows = session.execute(
        select(Attendance.answer, Attendance.waits, func.count(), func.sum(Attendance.more))
        .where(Attendance.event_id == event_id, Attendance.occurrence == "")
        .group_by(Attendance.answer, Attendance.waits)
    )
    found = {"coming": 0, "maybe": 0, "not_coming": 0, "waiting": 0, "not_answered": 0}
    names = {"yes": "coming", "maybe": "maybe", "no": "not_coming", "": "not_answered"}
    for answer, waits, people, more in rows:
        key = "waiting" if waits else names[answer]
        found[key] += people + (int(more or 0) if answer == "yes" else 0)
    return found


def is_member(session: Session, event: Event, person_id: int) -> bool:
    """Whether a person is a member where the event is."""
    found = select(Membership.id).where(
        Membership.community_id == event.community_id, Membership.person_id == person_id
    )
    return session.scalar(found) is not None
