"""Calendars to subscribe to: one for each community, and a secret one for each person.

A community's has what its archive shows to whoever asks. A person's has all events of their communities but
those that they declined; its link is a signed token with the number of a row, and a new row ends the old
link.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from mailhub.addresses import Token
from mailhub.events import calendar
from mailhub.events.tables import Attendance, CalendarFeed, Event
from mailhub.membership.people import became
from mailhub.models import Community, Membership
from mailhub.sight import Viewer, may_read
from mailhub.site import Site

PAST = timedelta(days=92)  # for which events stay in a feed
MOST = 500


def of_person(
    session: Session, person_id: int, now: datetime, *, anew: bool = False
) -> CalendarFeed:
    """A person's feed, made where there is none; `anew` makes a new one, whose link is another."""
    if anew:
        session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
        session.flush()
    found = session.scalars(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    ).one_or_none()
    if found is None:
        found = CalendarFeed(person_id=person_id, created_at=now)
        session.add(found)
        session.flush()
    return found


def owner(session: Session, token: Token) -> int | None:
    """Whose feed a token means; None where that link is no longer good."""
    found = session.get(CalendarFeed, token.object)
    if found is None:
        return None
    person = became(session, token.person)
    theirs = {token.person, person.id if person is not None else token.person}
    return found.person_id if found.person_id in theirs else None


def community(session: Session, site: Site, viewer: Viewer, found: Community, now: datetime) -> str:
    """The calendar of a community, as far as the viewer may read there."""
    rows = session.execute(
        select(Event, Community.slug)
        .join(Community, Community.id == Event.community_id)
        .where(Event.community_id == found.id, may_read(viewer), _is_recent(now))
        .order_by(Event.starts_at.desc())
        .limit(MOST)
    ).all()
    events = [(event, site.event_url(slug, event.id)) for event, slug in rows]
    return calendar.feed(events, found.name, site.domain, now)


def personal(session: Session, site: Site, person_id: int, name: str, now: datetime) -> str:
    """The calendar of a person over all their communities; permissions are those of now."""
    rows = session.execute(
        select(Event, Community.slug)
        .join(Community, Community.id == Event.community_id)
        .join(
            Membership,
            and_(Membership.community_id == Event.community_id, Membership.person_id == person_id),
        )
        .outerjoin(
            Attendance,
            and_(
                Attendance.event_id == Event.id,
                Attendance.person_id == person_id,
                Attendance.occurrence == "",
            ),
        )
        .where(_is_recent(now), or_(Attendance.id.is_(None), Attendance.answer != "no"))
        .order_by(Event.starts_at.desc())
        .limit(MOST)
    ).all()
    events = [(event, site.event_url(slug, event.id)) for event, slug in rows]
    return calendar.feed(events, name, site.domain, now)


def _is_recent(now: datetime) -> ColumnElement[bool]:
    return or_(Event.next_at.is_not(None), Event.ends_at > now - PAST)
