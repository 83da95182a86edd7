"""Feeds that communities follow, where these are fetched, and what came of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Source(Base):
    """One address from which a feed is fetched, once for all communities that follow it."""

    __tablename__ = "feed_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    site_url: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    modified: Mapped[str] = mapped_column(default="")  # its Last-Modified, as it was said
    due_at: Mapped[datetime] = mapped_column(index=True)  # when it is fetched next
    fetched_at: Mapped[datetime | None]  # the last time that this went well
    asked_robots_at: Mapped[datetime | None]
    barred: Mapped[bool] = mapped_column(server_default=false())  # it asks robots to stay away
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # one after the other
    trouble: Mapped[str] = mapped_column(default="")  # the last one's name
    trouble_said: Mapped[str] = mapped_column(default="")


class Feed(Base):
    """A source that a community follows. Its number in `drop 2` is its id."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("community_id", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("feed_source.id"), index=True)
    followed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    followed_at: Mapped[datetime]
    # Who asked for it is told once what came of it: their address, "" when they have been.
    tell: Mapped[str] = mapped_column(default="")
    told_dead_at: Mapped[datetime | None]  # its facilitators, that it is dead


class Headline(Base):
    """One entry of a feed in a community. Two feeds that bring the same page bring one headline."""

    __tablename__ = "headline"
    __table_args__ = (
        UniqueConstraint("feed_id", "entry_key"),
        Index("ix_headline_latest", "community_id", "at"),
        Index("ix_headline_came", "community_id", "came_at"),
        Index("ix_headline_page", "community_id", "page_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    entry_key: Mapped[str]  # the same whenever the entry comes
    page_key: Mapped[str]  # the page that it leads to, whatever way
    title: Mapped[str]
    url: Mapped[str]
    summary: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]  # when it was published, as far as that is told and not in the future
    came_at: Mapped[datetime]  # when it became news here
