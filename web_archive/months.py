"""Discussions by month: the months in which something was written, and each with its discussions.

A discussion stands in every month in which somebody wrote in it, and is shown whole wherever it is opened.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import groupby

from flask import Blueprint, render_template
from sqlalchemy import ColumnElement, Integer, bindparam, func, select
from werkzeug.exceptions import NotFound

from mailhub.models import Post, Thread
from mailhub.models.base import Moment
from web_archive.current import hub, reading, viewer
from web_archive.paging import asked_page
from web_archive.places import readable
from web_archive.queries import Statement, first, many, once
from web_archive.threads import rows_of

PAGE = 100
_MONTH = re.compile(r"(?:19[7-9]\d|2\d{3})-(?:0[1-9]|1[0-2])")

views = Blueprint("months", __name__)


def bounds(month: str) -> tuple[datetime, datetime]:
    """When a month (`2026-11`) begins and when the next one does, in UTC; NotFound for what is none."""
    if not _MONTH.fullmatch(month):
        raise NotFound
    year, number = int(month[:4]), int(month[5:])
    return (
        datetime(year, number, 1, tzinfo=UTC),
        datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC),
    )


@views.get("/c/<slug:slug>/threads/months/")
def months(slug: str) -> str:
    """The months, the latest first, year by year."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _months(hub().database.is_sqlite), community=place.id)
    rows = [(bounds(row.month)[0], row.month, row.posts) for row in found]
    years = [(year, list(some)) for year, some in groupby(rows, key=lambda row: row[0].year)]
    return render_template("months.html", place=place, years=years)


@views.get("/c/<slug:slug>/threads/<month:month>/")
def month(slug: str, month: str) -> str:
    """The discussions in which somebody wrote in a month, those written to last first."""
    begins, ends = bounds(month)
    page = asked_page()
    start = (page - 1) * PAGE
    with reading() as db:
        place = readable(db, slug, viewer())
        given = {"community": place.id, "begins": begins, "ends": ends}
        found = many(db, _threads(), **given, start=start, most=PAGE + 1)
        before = first(db, _before(), community=place.id, begins=begins)
        after = first(db, _after(), community=place.id, ends=ends)
    if start and not found:
        raise NotFound
    return render_template(
        "month.html",
        place=place,
        month=month,
        begins=begins,
        threads=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        before=before.received_at if before else None,
        after=after.received_at if after else None,
    )


@once
def _months(is_sqlite: bool) -> Statement:
    """From the index of a community's posts alone."""
    at = Post.received_at
    of: ColumnElement[str] = (
        func.strftime("%Y-%m", at)
        if is_sqlite
        else func.to_char(func.timezone("UTC", at), "YYYY-MM")
    )
    return (
        select(of.label("month"), func.count().label("posts"))
        .where(Post.community_id == bindparam("community"))
        .group_by("month")
        .order_by(of.desc())
    )


@once
def _threads() -> Statement:
    here = (
        select(Post.thread_id)
        .where(
            Post.community_id == bindparam("community"),
            Post.received_at >= bindparam("begins", type_=Moment()),
            Post.received_at < bindparam("ends", type_=Moment()),
        )
        .distinct()
    )
    return (
        rows_of()
        .where(Thread.id.in_(here), Thread.merged_into_id.is_(None), Thread.tool == "")
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )


@once
def _before() -> Statement:
    """The last post before a month."""
    return (
        select(Post.received_at)
        .where(
            Post.community_id == bindparam("community"),
            Post.received_at < bindparam("begins", type_=Moment()),
        )
        .order_by(Post.received_at.desc())
        .limit(1)
    )


@once
def _after() -> Statement:
    """The first post after a month."""
    return (
        select(Post.received_at)
        .where(
            Post.community_id == bindparam("community"),
            Post.received_at >= bindparam("ends", type_=Moment()),
        )
        .order_by(Post.received_at)
        .limit(1)
    )
