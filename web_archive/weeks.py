"""Past digests: what a community's digest of a week told, for whoever may read the community now.

Made of what is there of that week, not of mails that were sent: so what was removed since, or moved where the reader
may not read, is not in it, and what an archive brought later is. Weeks begin on Mondays, in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, render_template
from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select
from werkzeug.exceptions import NotFound

from mailhub.events.tables import Event
from mailhub.feeds.tables import Feed, Headline, Source
from mailhub.library.tables import Document, Version
from mailhub.models import Post, PostBody, Thread
from mailhub.models.base import Moment
from mailhub.news import unsigned
from web_archive.current import hub, reading, viewer
from web_archive.places import readable
from web_archive.queries import Record, Statement, author, first, many, once

MOST_POSTS = 500  # of one week that are looked at
MOST = 40  # papers, events, headlines of one week
LONGEST = 400  # characters of a post's words
WEEK = timedelta(days=7)
_DAY = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")

views = Blueprint("weeks", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A thread of a week: its first post then, and how many there were."""

    post: Record
    posts: int

    @property
    def text(self) -> str:
        """Its first words."""
        return unsigned(self.post.text or "", self.post.author)


def begins(week: str) -> datetime:
    """When a week begins that is named by its Monday, `2026-11-16`; NotFound for what is none."""
    try:
        day = date.fromisoformat(week) if _DAY.fullmatch(week) else None
    except ValueError:
        day = None
    if day is None or day.weekday() or not 1970 < day.year < 2999:
        raise NotFound
    return datetime.combine(day, time(), UTC)


@views.get("/c/<slug:slug>/digests/")
def weeks(slug: str) -> str:
    """The weeks in which somebody wrote, the latest first, year by year."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _weeks(hub().database.is_sqlite), community=place.id)
    rows = [(begins(row.week), row.week, row.posts) for row in found]
    years = [(year, list(some)) for year, some in groupby(rows, key=lambda row: row[0].year)]
    return render_template("weeks.html", place=place, years=years)


@views.get("/c/<slug:slug>/digests/<week>")
def week(slug: str, week: str) -> str:
    """One week, in the order of a digest: events, discussions, papers, blogs, headlines."""
    since = begins(week)
    given = {"begins": since, "ends": since + WEEK, "most": MOST}
    with reading() as db:
        place = readable(db, slug, viewer())
        here = given | {"community": place.id}
        discussions, entries = _threads(db, here)
        papers = many(db, _papers(), **here)
        events = many(db, _events(), **here)
        headlines = many(db, _headlines(), **here)
        before = first(db, _before(), community=place.id, begins=since)
        after = first(db, _after(), community=place.id, ends=since + WEEK)
    return render_template(
        "week.html",
        place=place,
        begins=since,
        last=since + timedelta(days=6),
        discussions=discussions,
        entries=entries,
        papers=papers,
        events=events,
        headlines=headlines,
        before=_monday(before.received_at) if before else None,
        after=_monday(after.received_at) if after else None,
    )


def _monday(at: datetime) -> datetime:
    return datetime.combine(at.date() - timedelta(days=at.weekday()), time(), UTC)


def _threads(db: Connection, here: dict[str, object]) -> tuple[list[Told], list[Told]]:
    """Discussions, what was written to most first, and blog entries."""
    posts: dict[int, list[Record]] = {}
    for row in many(db, _posts(), **{**here, "most": MOST_POSTS}):
        posts.setdefault(row.thread_id, []).append(row)
    told = [Told(some[0], len(some)) for some in posts.values()]
    told.sort(key=lambda one: (-one.posts, one.post.received_at))
    return _of(told, ""), _of(told, "blog")


def _of(told: Sequence[Told], tool: str) -> list[Told]:
    return [one for one in told if one.post.tool == tool]


@once
def _weeks(is_sqlite: bool) -> Statement:
    """From the index of a community's posts alone."""
    at = Post.received_at
    of: ColumnElement[str] = (
        func.date(at, "weekday 0", "-6 days")
        if is_sqlite
        else func.to_char(func.date_trunc("week", func.timezone("UTC", at)), "YYYY-MM-DD")
    )
    return (
        select(of.label("week"), func.count().label("posts"))
        .where(Post.community_id == bindparam("community"))
        .group_by(literal_column("week"))
        .order_by(literal_column("week").desc())
    )


def _within(at: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        at >= bindparam("begins", type_=Moment()),
        at < bindparam("ends", type_=Moment()),
    )


@once
def _posts() -> Statement:
    return (
        select(
            Post.thread_id,
            Post.message_id,
            Post.received_at,
            author().label("author"),
            func.substr(PostBody.new_text, 1, LONGEST).label("text"),
            Thread.subject,
            Thread.tool,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(PostBody, PostBody.post_id == Post.id)
        .where(
            Post.community_id == bindparam("community"),
            Post.gone == "",
            *_within(Post.received_at.expression),
        )
        .order_by(Post.received_at, Post.id)
        .limit(bindparam("most", type_=Integer))
    )


@once
def _papers() -> Statement:
    return (
        select(
            Document.id,
            Document.title,
            func.max(Version.number).label("number"),
            func.max(Version.filed_at, type_=Version.filed_at.type).label("at"),
        )
        .join(Version, Version.document_id == Document.id)
        .where(
            Document.community_id == bindparam("community"), *_within(Version.filed_at.expression)
        )
        .group_by(Document.id, Document.title)
        .order_by(literal_column("at"), Document.id)
        .limit(bindparam("most", type_=Integer))
    )


@once
def _events() -> Statement:
    """Those that were announced then."""
    return (
        select(Event.id, Event.title, Event.starts_at, Event.place, Event.state)
        .where(Event.community_id == bindparam("community"), *_within(Event.created_at.expression))
        .order_by(Event.starts_at, Event.id)
        .limit(bindparam("most", type_=Integer))
    )


@once
def _headlines() -> Statement:
    return (
        select(Headline.id, Headline.title, Headline.url, Source.title.label("source"))
        .join(Feed, Feed.id == Headline.feed_id)
        .join(Source, Source.id == Feed.source_id)
        .where(
            Headline.community_id == bindparam("community"),
            *_within(Headline.came_at.expression),
        )
        .order_by(Headline.at.desc(), Headline.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


@once
def _before() -> Statement:
    """The last post before a week."""
    at = Post.received_at
    return (
        select(at)
        .where(
            Post.community_id == bindparam("community"), at < bindparam("begins", type_=Moment())
        )
        .order_by(at.desc())
        .limit(1)
    )


@once
def _after() -> Statement:
    """The first post after a week."""
    at = Post.received_at
    return (
        select(at)
        .where(Post.community_id == bindparam("community"), at >= bindparam("ends", type_=Moment()))
        .order_by(at)
        .limit(1)
    )
