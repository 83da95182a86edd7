"""Two people who turn out to be one: what they had in the tools of communities goes along, and what both had is
there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from digests import merging as digests
from mailhub import blog, events, feeds
from mailhub.addresses import Purpose, Token
from mailhub.blog.tables import Follow
from mailhub.database import Database
from mailhub.events import feeds as calendars
from mailhub.events.tables import Attendance, Event, Reminder
from mailhub.membership import links
from mailhub.models import Address, Community, Digest, Membership, Person

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OLD, NEW, TOM = 1, 2, 3


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction in which Jane is two people, beside Tom."""
    with database.writing() as session:
        _fill(session)
        yield session


def _fill(session: Session) -> None:
    session.add(Community(id=1, slug="policy", name="Policy", created_at=NOW))
    session.add_all(
        Person(id=number, name=name, created_at=NOW)
        for number, name in ((OLD, "Jane"), (NEW, "Jane Doe"), (TOM, "Tom"))
    )
    session.add(Address(person_id=NEW, address="jane@york.example", created_at=NOW))
    session.flush()


def event(session: Session, number: int, **values: Any) -> None:
    session.add(
        Event(
            id=number,
            community_id=1,
            title="Meeting",
            starts_at=NOW,
            ends_at=NOW,
            created_at=NOW,
            changed_at=NOW,
            **values,
        )
    )
    session.flush()


def answer(event_id: int, person_id: int, said: str, hours: int, **values: Any) -> Attendance:
    at = NOW + timedelta(hours=hours)
    return Attendance(
        event_id=event_id, person_id=person_id, answer=said, answered_at=at, asked_at=at, **values
    )


def test_answers_reminders_and_events(session: Session) -> None:
    event(session, 1, person_id=OLD)
    event(session, 2, places=1)
    session.add_all(
        [
            answer(1, OLD, "yes", 0),
            answer(2, OLD, "yes", 0),
            answer(2, NEW, "no", 2),
            answer(2, TOM, "yes", 1, waits=True),
            Reminder(event_id=1, occurrence=NOW, person_id=OLD),
            Reminder(event_id=2, occurrence=NOW, person_id=OLD),
            Reminder(event_id=2, occurrence=NOW, person_id=NEW),
        ]
    )
    link = calendars.of_person(session, OLD, NOW)
    events.TOOL.merged(session, OLD, NEW)  # type: ignore[misc]
    session.expire_all()
    found = session.execute(
        select(Attendance.event_id, Attendance.person_id, Attendance.answer, Attendance.waits)
    ).all()
    # Her later word counts, so that the place is Tom's.
    assert sorted(found) == [(1, NEW, "yes", False), (2, NEW, "no", False), (2, TOM, "yes", False)]
    reminded = session.execute(select(Reminder.event_id, Reminder.person_id)).all()
    assert sorted(reminded) == [(1, NEW), (2, NEW)]
    assert session.get_one(Event, 1).person_id == NEW
    session.get_one(Person, OLD).merged_into_id = NEW
    assert calendars.owner(session, Token(Purpose.FEED, link.id, OLD)) == NEW


def test_who_follows_whom(session: Session) -> None:
    for author, reader in ((OLD, TOM), (NEW, TOM), (TOM, OLD), (OLD, NEW)):
        session.add(Follow(community_id=1, author_id=author, person_id=reader, since=NOW))
    session.flush()
    blog.TOOL.merged(session, OLD, NEW)  # type: ignore[misc]
    feeds.TOOL.merged(session, OLD, NEW)  # type: ignore[misc]
    found = session.execute(select(Follow.author_id, Follow.person_id)).all()
    assert sorted(found) == [(NEW, TOM), (TOM, NEW)]


def test_digests_go_on_where_they_were(session: Session) -> None:
    for number, person, frequency in ((1, OLD, "weekly"), (2, OLD, "daily"), (3, NEW, "daily")):
        session.add(
            Digest(
                id=number,
                person_id=person,
                frequency=frequency,
                community_id=0,
                day=date(2026, 11, 16 + number),
                since=NOW,
                until=NOW,
                form="html",
                language="en",
                entries=[],
            )
        )
    session.add(Membership(community_id=1, person_id=NEW, delivery="weekly", since=NOW))
    session.flush()
    digests.merged(session, OLD, NEW)
    session.expire_all()
    assert dict(session.execute(select(Digest.id, Digest.person_id)).all()) == {  # type: ignore[arg-type]
        1: NEW,
        2: OLD,
        3: NEW,
    }
    # The one click in her old mail goes on working.
    session.get_one(Person, OLD).merged_into_id = NEW
    assert links.decline_digests(session, Token(Purpose.DIGESTS_OFF, 1, OLD), NOW)
    assert session.scalar(select(Membership.delivery)) == "none"
