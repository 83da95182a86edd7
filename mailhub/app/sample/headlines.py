"""The headlines of the sample: of a feed that nobody fetches, since it is invented like all of the story."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.app.sample.story import Story
from mailhub.feeds import filing
from mailhub.feeds.tables import Feed, Source
from mailhub.syndication.reading import Heading, Read

NEVER = timedelta(days=36_500)  # until it is fetched


def follow(session: Session, story: Story, now: datetime) -> None:
    """The story's communities follow its feeds, with the headlines of the last days."""
    for one in _feeds(story):
        community = membership.known_community(session, one["community"])
        reader = membership.person_of(session, story.people[one["followed_by"]].address)
        source = Source(
            url=one["url"],
            title=one["title"],
            site_url=one["site"],
            due_at=now + NEVER,
            fetched_at=now,
        )
        session.add(source)
        session.flush()
        feed = Feed(
            community_id=community.id,
            source_id=source.id,
            followed_by_id=reader.id if reader else None,
            followed_at=now - timedelta(days=20),
        )
        session.add(feed)
        session.flush()
        headings = tuple(
            Heading(
                key=line["url"],
                title=line["title"],
                url=line["url"],
                summary=line["summary"],
                author="",
                at=(now - timedelta(days=line["days"])).isoformat(),
            )
            for line in one["headline"]
        )
        read = Read(title=one["title"], site_url=one["site"], headings=headings)
        filing.file(session, feed, read, now)


def first_title(story: Story) -> str:
    """The latest headline."""
    return str(_feeds(story)[0]["headline"][0]["title"])


def _feeds(story: Story) -> list[dict[str, Any]]:
    told = tomllib.loads((story.folder / "headlines.toml").read_text(encoding="utf-8"))
    return list(told["feed"])
