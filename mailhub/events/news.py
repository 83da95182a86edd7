"""What is new among the events of some communities, for digests: those that lie ahead and were announced,
changed or called off. Whoever was invited and has not answered is awaited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.events import telling
from mailhub.events.filing import KIND
from mailhub.events.tables import Attendance, Event
from mailhub.models import Community, Person
from mailhub.news import News, Whole, Window, unsigned
from mailhub.sight import Viewer, may_read
from mailhub.site import Site

LONGEST = 600  # characters of what an event is about


def digest(session: Session, site: Site, window: Window) -> list[News]:
    """The events of these communities that a digest tells of, the next first."""
    rows = session.execute(
        select(Event, Community.slug, Person.organisation)
        .join(Community, Community.id == Event.community_id)
        .outerjoin(Person, Person.id == Event.person_id)
        .where(
            Event.community_id.in_(sorted(window.communities)),
            Event.changed_at > window.since,
            Event.changed_at <= window.until,
            or_(
                Event.next_ends_at > window.until,
                # No digest has told of it yet where it came and went in one window.
                and_(
                    Event.state == "cancelled",
                    Event.created_at <= window.since,
                    or_(Event.ends_at > window.until, Event.rule != ""),
                ),
            ),
        )
        .order_by(Event.next_at, Event.id)
    ).all()
    answers = _answers(session, [event.id for event, _, _ in rows])
    found = []
    for event, slug, organisation in rows:
        said = telling.told(event, window.until)
        text = unsigned(event.text[:LONGEST], event.organiser)
        lines = (said.when, said.place, text)
        found.append(
            News(
                section="events",
                kind=KIND,
                object_id=event.id,
                community_id=event.community_id,
                at=event.next_at or event.starts_at,
                title=event.title,
                url=site.event_url(slug, event.id),
                text=". ".join(line.rstrip(".") for line in lines if line),
                author=event.organiser,
                organisation=organisation or "",
                is_new=event.created_at > window.since and event.state == "on",
                answer=Token(Purpose.EVENT, event.id),
                facts={"when": said.when, "place": said.place},
                by=frozenset({event.person_id or 0}),
                people=frozenset(p for p, answer in answers[event.id].items() if answer == "yes"),
                awaited=frozenset(
                    p
                    for p, answer in answers[event.id].items()
                    if not answer and event.state == "on"
                ),
                off=event.state == "cancelled",
            )
        )
    return found


def whole(session: Session, blobs: Any, person_id: int, number: int) -> Whole | None:
    """All of an event."""
    row = session.execute(
        select(Event)
        .join(Community, Community.id == Event.community_id)
        .where(Event.id == number, may_read(Viewer(person_id)))
    ).one_or_none()
    if row is None:
        return None
    event: Event = row[0]
    said = telling.told(event, event.changed_at)
    lines = (said.when, said.place, said.organiser, *said.dates, "", event.text)
    return Whole(event.title, "\n".join(line for line in lines if line is not None))


def _answers(session: Session, ids: Collection[int]) -> defaultdict[int, dict[int, str]]:
    """What each person said who was invited to some events; "" where nothing yet."""
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    rows = session.execute(
        select(Attendance.event_id, Attendance.person_id, Attendance.answer).where(
            Attendance.event_id.in_(ids),
            Attendance.occurrence == "",
            Attendance.method == "REQUEST",
        )
    )
    for event_id, person_id, answer in rows:
        found[event_id][person_id] = answer
    return found
