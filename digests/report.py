"""The monthly report to those who look after a community (`digests.figures`), with a chart, each in their language.
A mark for each reader and month makes it once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests import chart
from digests.figures import Month, figures
from mailhub import membership, notes
from mailhub.compose.own import Enclosure
from mailhub.models import Community, Digest, Person
from mailhub.notes import Desk, Note
from mailhub.process import Tools
from mailhub.site import Site

FREQUENCY = "report"  # of a mark in `digest`
HOUR = 8  # of the first day of a month, in the hub's time zone
LATE = timedelta(days=7)  # it is not made up later than this


def month(site: Site, now: datetime) -> Month | None:
    """The month of which reports are due now; None where none are."""
    zone = ZoneInfo(site.zone)
    first = now.astimezone(zone).date().replace(day=1)
    due = datetime.combine(first, time(HOUR), zone)
    if not due <= now < due + LATE:
        return None
    before = (first - timedelta(days=1)).replace(day=1)
    return Month(
        before, datetime.combine(before, time(), zone), datetime.combine(first, time(), zone)
    )


def reports(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: the reports that are due, each community in a transaction of its own."""
    due = month(tools.site, now)
    if due is None:
        return
    with tools.database.reading() as session:
        communities = session.scalars(
            select(Community.id).where(Community.created_at < due.until).order_by(Community.id)
        ).all()
    for community_id in communities:
        with tools.database.writing() as session:
            send(session, Desk(tools.site, tools.templates), community_id, due, now)


def send(session: Session, desk: Desk, community_id: int, due: Month, now: datetime) -> int:
    """One community's report, to those who have none of this month yet; how many were sent. None are
    where nothing has happened."""
    readers = membership.facilitators(session, community_id)
    had = set(
        session.scalars(
            select(Digest.person_id).where(
                Digest.frequency == FREQUENCY,
                Digest.community_id == community_id,
                Digest.day == due.name,
            )
        )
    )
    left = [(address, person) for address, person in readers if person and person not in had]
    if not left:
        return 0
    community = session.get_one(Community, community_id)
    said = figures(session, community, due)
    for _, person_id in left:
        session.add(
            Digest(
                person_id=person_id,
                frequency=FREQUENCY,
                community_id=community_id,
                day=due.name,
                since=due.since,
                until=due.until,
                form="text",
                language="en",
                entries=[],
            )
        )
    if not said["happened"]:
        return 0
    picture = Enclosure(
        "posts-by-week.png",
        "image/png",
        chart.bars([(week["begun"], week["answers"]) for week in said["weeks"]]),
    )
    languages = _languages(session, [person_id for _, person_id in left])
    written = [
        Note(
            "community-report",
            address,
            community,
            said,
            person_id,
            cause=("community-report", community.slug),
            automatic=False,
            duty=True,
            enclosures=(picture,),
            language=languages.get(person_id, ""),
        )
        for address, person_id in left
    ]
    return len(notes.send(session, desk, written, now))


def _languages(session: Session, people: list[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.language).where(Person.id.in_(people)))
    return {person_id: language for person_id, language in rows if language}
