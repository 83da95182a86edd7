"""What is new in headlines, for digests: those that came, each page once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from mailhub.feeds.following import KIND
from mailhub.feeds.tables import Feed, Headline, Source
from mailhub.models import Community
from mailhub.news import News, Whole, Window
from mailhub.sight import Viewer, may_read
from mailhub.site import Site

MOST = 40  # of one community in one digest
_NEW = (
    select(
        Headline.id,
        Headline.community_id,
        Headline.title,
        Headline.url,
        Headline.summary,
        Headline.at,
        Headline.author,
        Source.title.label("source"),
        Community.slug,
    )
    .join(Feed, Feed.id == Headline.feed_id)
    .join(Source, Source.id == Feed.source_id)
    .join(Community, Community.id == Headline.community_id)
    .where(
        Headline.community_id.in_(bindparam("communities", expanding=True)),
        Headline.came_at > bindparam("since", type_=Headline.came_at.type),
        Headline.came_at <= bindparam("until", type_=Headline.came_at.type),
        Community.feeds,
    )
    .order_by(Headline.at.desc(), Headline.id.desc())
)


def digest(session: Session, site: Site, window: Window) -> list[News]:
    """The headlines that came to these communities, of each the MOST newest."""
    rows = session.execute(_NEW, window.bounds)
    told: list[News] = []
    count: dict[int, int] = {}
    for row in rows:
        count[row.community_id] = count.get(row.community_id, 0) + 1
        if count[row.community_id] > MOST:
            continue
        told.append(
            News(
                section="headlines",
                kind=KIND,
                object_id=row.id,
                community_id=row.community_id,
                at=row.at,
                title=row.title,
                url=row.url or site.headlines_url(row.slug),
                text=row.summary,
                author=row.source,
            )
        )
    return told


def whole(session: Session, blobs: Any, person_id: int, number: int) -> Whole | None:
    """One headline with all that its feed says of it."""
    row = session.execute(
        select(Headline.title, Headline.summary, Headline.url, Source.title.label("source"))
        .join(Feed, Feed.id == Headline.feed_id)
        .join(Source, Source.id == Feed.source_id)
        .join(Community, Community.id == Headline.community_id)
        .where(Headline.id == number, may_read(Viewer(person_id)))
    ).one_or_none()
    if row is None:
        return None
    text = "\n\n".join(filter(None, (row.summary, row.url, row.source)))
    return Whole(row.title, text)
