"""Discussions: the list of a community's by latest, and one of them whole on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, func, or_, select
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub.models import Moved, Post, Thread
from mailhub.models.base import Moment
from web_archive import links
from web_archive.current import reading, viewer
from web_archive.places import Place, elsewhere, readable
from web_archive.posts_shown import HERE, placed, rendered, rows
from web_archive.queries import Record, Statement, author, first, many, once
from web_archive.tree import DEEPEST, in_order

PAGE = 30
MOST_PINNED = 10

views = Blueprint("threads", __name__)


@views.get("/c/<slug:slug>/threads/")
def thread_list(slug: str) -> str:
    """The discussions by latest; `?before=` is where the page before ended."""
    before = _cursor(request.args.get("before", ""))
    with reading() as db:
        place = readable(db, slug, viewer())
        found = latest(db, place, PAGE + 1, before)
        pinned = many(db, _pinned(), community=place.id) if before is None else []
    return render_template(
        "threads.html",
        place=place,
        pinned=pinned,
        threads=found[:PAGE],
        more=_cursor_of(found[PAGE - 1]) if len(found) > PAGE else None,
        is_first=before is None,
    )


@views.get("/c/<slug:slug>/threads/<number:thread_id>")
def thread(slug: str, thread_id: int) -> str | BaseResponse:
    """A whole discussion, each answer below what it answers. The address of one that became part of another,
    or was moved, leads there, for whoever may read it."""
    with reading() as db:
        place = readable(db, slug, viewer())
        found = thread_of(db, thread_id)
        number = found.merged_into_id or found.id
        if number != found.id or found.community_id != place.id:
            if found.community_id != place.id and not first(
                db, _was_here(), thread=number, community=place.id
            ):
                raise NotFound
            there = elsewhere(db, found.community_id, viewer())
            return redirect(links.thread(there, number))
        if found.tool:
            return redirect(links.entry(slug, found.id))
        posts = rows(db, found.id)
        shown = rendered(db, place, posts, posts, together=True)
    flat = request.args.get("view") == "flat"
    order = [(row, 0) for row in posts] if flat else in_order(posts)
    entries = [(row.id, min(depth, DEEPEST), shown[row.id]) for row, depth in order]
    nested = any(row.parent_id for row in posts[1:]) and len(posts) > 2
    page = render_template(
        "thread.html", place=place, thread=found, posts=Markup(HERE), flat=flat, nested=nested
    )
    return placed(page, entries)


def thread_of(db: Connection, thread_id: int) -> Record:
    """A thread; NotFound otherwise."""
    found = first(db, _thread(), thread=thread_id)
    if found is None:
        raise NotFound
    return found


def latest(
    db: Connection, place: Place, limit: int, before: tuple[datetime, int] | None = None
) -> list[Record]:
    """The discussions with the latest posts, each with who began it and who wrote last."""
    given: dict[str, Any] = {"community": place.id, "most": limit}
    if before is not None:
        given |= {"at": before[0], "number": before[1]}
    return many(db, _latest(before is not None), **given)


@once
def _thread() -> Statement:
    return select(
        Thread.id,
        Thread.subject,
        Thread.started_at,
        Thread.last_at,
        Thread.post_count,
        Thread.closed_at,
        Thread.community_id,
        Thread.merged_into_id,
        Thread.tool,
    ).where(Thread.id == bindparam("thread"))


@once
def _was_here() -> Statement:
    """Whether a post of a thread was moved away from a community."""
    return (
        select(Moved.post_id)
        .join(Post, Post.id == Moved.post_id)
        .where(Post.thread_id == bindparam("thread"), Moved.community_id == bindparam("community"))
        .limit(1)
    )


@once
def _latest(goes_on: bool) -> Statement:
    query = (
        rows_of()
        .where(Thread.merged_into_id.is_(None), Thread.tool == "")
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(bindparam("most", type_=Integer))
    )
    if not goes_on:
        return query
    at = bindparam("at", type_=Moment())
    return query.where(
        or_(Thread.last_at < at, and_(Thread.last_at == at, Thread.id < bindparam("number")))
    )


@once
def _pinned() -> Statement:
    """Those that stand above the others, the latest pinned first."""
    return (
        rows_of()
        .where(Thread.pinned_at.is_not(None), Thread.merged_into_id.is_(None))
        .order_by(Thread.pinned_at.desc(), Thread.id.desc())
        .limit(MOST_PINNED)
    )


def rows_of() -> Statement:
    """Of a `community` its discussions as they stand in lists."""
    return select(
        Thread.id,
        Thread.subject,
        Thread.last_at,
        Thread.post_count,
        Thread.closed_at,
        _author(Post.received_at.asc()).label("begun_by"),
        _author(Post.received_at.desc()).label("last_by"),
    ).where(Thread.community_id == bindparam("community"))


def _author(order: Any) -> ColumnElement[str]:
    found = select(author()).where(Post.thread_id == Thread.id).order_by(order).limit(1)
    return func.coalesce(found.correlate(Thread).scalar_subquery(), "")


def _cursor_of(row: Record) -> str:
    return f"{int(row.last_at.timestamp() * 1_000_000)}-{row.id}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    """Where a page begins, from its link; None for the first page; BadRequest for nonsense."""
    if not text:
        return None
    at, _, number = text.partition("-")
    if not (at.isdecimal() and number.isdecimal() and len(at) <= 17 and len(number) <= 18):
        raise BadRequest
    seconds, micro = divmod(int(at), 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro), int(number)
