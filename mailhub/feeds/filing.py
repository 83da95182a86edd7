"""Headlines that came, kept once: whatever a feed brings again, and whichever of a community's feeds brings
the same page."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.feeds.following import KIND
from mailhub.feeds.tables import Feed, Headline
from mailhub.search import Entry
from mailhub.syndication import urls
from mailhub.syndication.reading import Heading, Read

MOST_KEPT = 300  # of one feed
SAME_PAGE = timedelta(days=60)  # later it is told of anew


def file(session: Session, feed: Feed, read: Read, now: datetime) -> int:
    """Keep what is new in a feed for its community; how much. What a feed brings the first time is no news,
    but as it was published since the community follows it."""
    there = session.execute(
        select(Headline.entry_key, Headline.page_key, Headline.at, Headline.feed_id).where(
            Headline.community_id == feed.community_id
        )
    ).all()
    keys = {row.entry_key for row in there if row.feed_id == feed.id}
    pages = {row.page_key for row in there if row.page_key and row.at > now - SAME_PAGE}
    is_first = not keys
    new: list[Headline] = []
    # The last entry of a feed is the oldest: numbers go with time.
    for heading in reversed(read.headings):
        page = urls.same_page(heading.url) if heading.url else ""
        if heading.key in keys or page in pages:
            continue
        keys.add(heading.key)
        pages.add(page) if page else None
        new.append(_headline(feed, heading, page, now, is_first=is_first))
    session.add_all(new)
    session.flush()
    search.add(
        session,
        [
            Entry(KIND, one.id, one.community_id, one.title, f"{one.summary}\n{one.author}", one.at)
            for one in new
        ],
    )
    if new:
        _drop_oldest(session, feed)
    return len(new)


def _headline(
    feed: Feed, heading: Heading, page: str, now: datetime, *, is_first: bool
) -> Headline:
    told = datetime.fromisoformat(heading.at) if heading.at else None
    at = min(told, now) if told else now
    old = feed.followed_at - timedelta(seconds=1)
    return Headline(
        feed_id=feed.id,
        community_id=feed.community_id,
        entry_key=heading.key,
        page_key=page,
        title=heading.title,
        url=heading.url,
        summary=heading.summary,
        author=heading.author,
        at=at,
        came_at=min(at if told else old, old) if is_first and not (told and told > old) else now,
    )


def _drop_oldest(session: Session, feed: Feed) -> None:
    """A feed keeps its MOST_KEPT newest headlines."""
    ids = session.scalars(
        select(Headline.id)
        .where(Headline.feed_id == feed.id)
        .order_by(Headline.at.desc(), Headline.id.desc())
        .offset(MOST_KEPT)
    ).all()
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for number in some:
            search.drop(session, KIND, number)
        session.execute(delete(Headline).where(Headline.id.in_(some)))
