"""Which feeds a community follows: followed, dropped, listed. Nothing is fetched here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.feeds.tables import Feed, Headline, Source
from mailhub.membership import Unusable, trail
from mailhub.membership.trail import By
from mailhub.models import Community, Timer
from mailhub.syndication import urls
from mailhub.syndication.trouble import Trouble

KIND = "headline"
TIMER = "feeds"
MOST = 25  # of one community


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed as it stands."""

    number: int
    community: str  # its slug
    title: str
    url: str
    site_url: str
    followed_at: datetime
    fetched_at: datetime | None
    due_at: datetime
    failing_since: datetime | None
    trouble: str
    trouble_said: str
    headlines: int


def follow(
    session: Session,
    community: Community,
    url: str,
    now: datetime,
    *,
    by: By,
    tell: str = "",
) -> tuple[Feed, bool]:
    """Follow what is at an address, and whether that is new. It is fetched within seconds; `tell` is who is
    told then what came of it. Trouble where the address is none, or the community follows MOST already."""
    address = str(urls.read(url))
    source = session.scalar(select(Source).where(Source.url == address))
    if source is not None:
        feed = session.scalar(
            select(Feed).where(Feed.community_id == community.id, Feed.source_id == source.id)
        )
        if feed is not None:
            return feed, False
    count = session.scalar(select(func.count()).where(Feed.community_id == community.id)) or 0
    if count >= MOST:
        raise Trouble("too-many", str(MOST))
    if source is None:
        source = Source(url=address, due_at=now)
        session.add(source)
        session.flush()
    else:
        source.due_at, source.etag, source.modified = now, "", ""  # all of it, for who comes now
    feed = Feed(
        community_id=community.id,
        source_id=source.id,
        followed_by_id=by.person_id,
        followed_at=now,
        tell=tell,
    )
    session.add(feed)
    session.flush()
    soon(session, now)
    _keep(session, feed, "followed", address, by, now)
    return feed, True


def soon(session: Session, now: datetime) -> None:
    """The timer is due now."""
    session.execute(
        update(Timer)
        .where(Timer.name == TIMER, Timer.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def drop(session: Session, feed: Feed, now: datetime, *, by: By) -> None:
    """Follow a feed no longer; its headlines go with it."""
    source = session.get_one(Source, feed.source_id)
    _keep(session, feed, "dropped", source.url, by, now)
    end(session, feed)


def end(session: Session, feed: Feed) -> None:
    """Take a feed away, with all that hangs on it."""
    ids = select(Headline.id).where(Headline.feed_id == feed.id)
    for number in session.scalars(ids).all():
        search.drop(session, KIND, number)
    session.execute(delete(Headline).where(Headline.feed_id == feed.id))
    source_id = feed.source_id
    session.delete(feed)
    session.flush()
    if session.scalar(select(Feed.id).where(Feed.source_id == source_id).limit(1)) is None:
        session.execute(delete(Source).where(Source.id == source_id))


def of_number(session: Session, community: Community, number: int) -> Feed | None:
    """The feed of this number, if the community follows it."""
    return session.scalar(select(Feed).where(Feed.community_id == community.id, Feed.id == number))


def known(session: Session, number: int) -> Feed:
    """The feed of this number, wherever; Unusable where there is none."""
    feed = session.get(Feed, number)
    if feed is None:
        raise Unusable("unknown-feed", str(number))
    return feed


def results(session: Session, of_sources: Mapping[int, str]) -> list[dict[str, Any]]:
    """What came of a look at some sources, a row for each feed."""
    rows = session.execute(
        select(Source.id, Feed.id, Community.slug, Source.url, Source.trouble_said)
        .join(Feed, Feed.source_id == Source.id)
        .join(Community, Community.id == Feed.community_id)
        .where(Source.id.in_(of_sources))
        .order_by(Feed.id)
    )
    return [
        {"number": n, "community": slug, "url": url, "result": of_sources[source], "said": said}
        for source, n, slug, url, said in rows
    ]


def of_url(session: Session, community: Community, url: str) -> Feed | None:
    """The feed of this address, if the community follows it."""
    try:
        address = str(urls.read(url))
    except Trouble:
        return None
    return session.scalar(
        select(Feed)
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.community_id == community.id, Source.url == address)
    )


def listing(session: Session, community_id: int | None = None) -> list[Followed]:
    """The feeds of a community, or of all, in the order of their numbers."""
    counted = (
        select(func.count()).where(Headline.feed_id == Feed.id).correlate(Feed).scalar_subquery()
    )
    found = (
        select(
            Feed.id.label("number"),
            Community.slug.label("community"),
            Source.title,
            Source.url,
            Source.site_url,
            Feed.followed_at,
            Source.fetched_at,
            Source.due_at,
            Source.failing_since,
            Source.trouble,
            Source.trouble_said,
            counted.label("headlines"),
        )
        .join(Source, Source.id == Feed.source_id)
        .join(Community, Community.id == Feed.community_id)
        .order_by(Community.slug, Feed.id)
    )
    if community_id is not None:
        found = found.where(Feed.community_id == community_id)
    return [Followed(**row._mapping) for row in session.execute(found)]


def _keep(session: Session, feed: Feed, what: str, url: str, by: By, now: datetime) -> None:
    trail.keep(
        session,
        by,
        now,
        of="feed",
        what=what,
        community_id=feed.community_id,
        before={},
        after={"feed": feed.id, "url": url[:300]},
    )


def my_data(session: Session, people: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Which feeds these people have chosen for a community."""
    rows = session.execute(
        select(Community.slug, Source.url, Feed.followed_at)
        .join(Feed, Feed.community_id == Community.id)
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.followed_by_id.in_(people))
        .order_by(Feed.id)
    )
    return {
        "feeds_chosen": [
            {"community": slug, "url": url, "since": since} for slug, url, since in rows
        ]
    }


def forget(session: Session, people: Sequence[int]) -> None:
    """The feeds stay; who chose them is not known any more."""
    session.execute(
        update(Feed).where(Feed.followed_by_id.in_(people)).values(followed_by_id=None, tell="")
    )


def merged(session: Session, other: int, person: int) -> None:
    """Two people turned out to be one: what `other` chose `person` has chosen."""
    session.execute(update(Feed).where(Feed.followed_by_id == other).values(followed_by_id=person))
