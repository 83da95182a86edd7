"""What is said about feeds: to whoever asked to follow one what came of it, to facilitators that one is dead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.commands.asked import answerable
from mailhub.feeds.tables import Feed, Headline, Source
from mailhub.models import Community
from mailhub.notes import Note
from mailhub.words import table

SHOWN = 5


def why(trouble: str, said: str) -> str:
    """Why a feed cannot be had, in words."""
    words = table("feed_troubles")
    return str(words.get(trouble, words["other"])).format(said=said)


def followed(session: Session, feed: Feed, source: Source, now: datetime) -> list[Note]:
    """The receipt of a feed that is followed from now on, with its latest headlines."""
    latest = session.scalars(
        select(Headline)
        .where(Headline.feed_id == feed.id)
        .order_by(Headline.at.desc(), Headline.id.desc())
        .limit(SHOWN)
    ).all()
    return [_note(session, feed, source, "feed-followed", now, latest=latest)]


def not_followed(
    session: Session, feed: Feed, source: Source, now: datetime, *, stays: bool
) -> list[Note]:
    """Why a feed cannot be had, and whether it is tried again."""
    told = why(source.trouble, source.trouble_said)
    return [_note(session, feed, source, "feed-not-followed", now, why=told, stays=stays)]


def dead(
    session: Session, feed: Feed, source: Source, stewards: tuple[str, ...], now: datetime
) -> list[Note]:
    """To each facilitator: a feed has brought nothing but trouble for a week."""
    community = session.get_one(Community, feed.community_id)
    readers: list[tuple[str, int | None]] = [*membership.facilitators(session, community.id)]
    readers = readers or [(one, None) for one in stewards]
    facts = {
        "number": feed.id,
        "title": source.title or source.url,
        "url": source.url,
        "since": source.failing_since,
        "why": why(source.trouble, source.trouble_said),
    }
    return [
        Note(
            "feed-dead",
            address,
            community,
            facts,
            person_id,
            token=answerable(person_id, now) if person_id else None,
            cause=("feed-dead", str(feed.id)),
            duty=True,
            automatic=False,
        )
        for address, person_id in readers
    ]


def _note(
    session: Session, feed: Feed, source: Source, template: str, now: datetime, **facts: object
) -> Note:
    community = session.get_one(Community, feed.community_id)
    person = membership.person_of(session, feed.tell)
    return Note(
        template,
        feed.tell,
        community,
        {"number": feed.id, "title": source.title or source.url, "url": source.url, **facts},
        person.id if person else None,
        token=answerable(person.id, now) if person else None,
        automatic=False,
    )
