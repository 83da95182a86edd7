"""Blogs: a community's entries, those of one author, and one entry with what was said to it.

An entry is a post in a thread of the blog's own; its number is the thread's.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from sqlalchemy import Integer, bindparam, func, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub.blog.following import NAME
from mailhub.models import Person, Post, PostBody, Thread
from web_archive import links
from web_archive.current import reading, viewer
from web_archive.paging import asked_page
from web_archive.places import elsewhere, readable
from web_archive.posts_shown import HERE, placed, rendered, rows
from web_archive.queries import Statement, author, first, many, once
from web_archive.threads import thread_of
from web_archive.tree import DEEPEST, in_order

PAGE = 20
AUTHORS = 30
FIRST_WORDS = 600  # characters of an entry in the list

views = Blueprint("blogs", __name__)


@views.get("/c/<slug:slug>/blog/")
def blog(slug: str) -> str:
    """The entries of a community, the latest first."""
    return _page(slug, None)


@views.get("/c/<slug:slug>/blog/by/<number:person_id>")
def by(slug: str, person_id: int) -> str:
    """The entries of one author."""
    return _page(slug, person_id)


@views.get("/c/<slug:slug>/blog/<number:thread_id>")
def entry(slug: str, thread_id: int) -> BaseResponse:
    """One entry and its comments, each below what it answers. One that was moved is led to, for whoever may
    read it there; one that was removed is gone (410)."""
    with reading() as db:
        place = readable(db, slug, viewer())
        thread = thread_of(db, thread_id)
        if thread.tool != NAME:
            raise NotFound
        if thread.community_id != place.id:
            return redirect(links.entry(elsewhere(db, thread.community_id, viewer()), thread_id))
        posts = rows(db, thread.id)
        shown = rendered(db, place, posts, posts)
        about = first(db, _about(), thread=thread.id)
    if about is None:
        raise NotFound
    order = [(row.id, min(depth, DEEPEST), shown[row.id]) for row, depth in in_order(posts)]
    comments = [
        (number, max(depth - 1, 0), html) for number, depth, html in order if number != about.id
    ]
    page = render_template(
        "entry.html",
        place=place,
        thread=thread,
        about=about,
        html=Markup(shown[about.id].decode()),
        comments=len(comments),
        posts=Markup(HERE),
    )
    response = placed(page, comments)
    response.status_code = 410 if about.gone == "removed" else 200
    return response


def _page(slug: str, person_id: int | None) -> str:
    page = asked_page()
    start = (page - 1) * PAGE
    given = {"start": start, "most": PAGE + 1} | ({"author": person_id} if person_id else {})
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _entries(person_id is not None), community=place.id, **given)
        authors = many(db, _authors(), community=place.id)
    name = next((row.name for row in authors if row.id == person_id), "")
    if (start and not found) or (person_id and not found):
        raise NotFound
    return render_template(
        "blog.html",
        place=place,
        entries=found[:PAGE],
        authors=authors,
        person_id=person_id,
        name=name or (found[0].author_name if person_id else ""),
        page=page,
        more=len(found) > PAGE,
    )


@once
def _entries(of_one: bool) -> Statement:
    query = (
        select(
            Thread.id,
            Thread.post_count,
            Post.subject,
            Post.received_at,
            Post.author_id,
            author().label("author_name"),
            Person.organisation,
            func.substr(PostBody.new_text, 1, FIRST_WORDS).label("words"),
        )
        .select_from(Thread)
        .join(Post, Post.thread_id == Thread.id)
        .join(PostBody, PostBody.post_id == Post.id)
        .outerjoin(Person, Person.id == Post.author_id)
        .where(
            Thread.community_id == bindparam("community"),
            Thread.tool == NAME,
            Post.parent_id.is_(None),
            Post.gone == "",
        )
        .order_by(Thread.started_at.desc(), Thread.id.desc())
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )
    return query.where(Post.author_id == bindparam("author")) if of_one else query


@once
def _authors() -> Statement:
    return (
        select(Person.id, Person.name, func.count(Thread.id).label("entries"))
        .join(Post, Post.author_id == Person.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.community_id == bindparam("community"),
            Thread.tool == NAME,
            Post.parent_id.is_(None),
            Post.gone == "",
            Person.name != "",
        )
        .group_by(Person.id, Person.name)
        .order_by(func.max(Thread.started_at).desc())
        .limit(AUTHORS)
    )


@once
def _about() -> Statement:
    return (
        select(Post.id, Post.subject, Post.author_id, author().label("author_name"), Post.gone)
        .where(Post.thread_id == bindparam("thread"), Post.parent_id.is_(None))
        .order_by(Post.received_at, Post.id)
        .limit(1)
    )
