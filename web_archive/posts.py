"""One post under its lasting address, with where it stands in its discussion."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from sqlalchemy import bindparam, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub.models import Moved, Post, Thread
from web_archive import links
from web_archive.current import reading, viewer
from web_archive.places import elsewhere, readable
from web_archive.posts_shown import rendered, rows
from web_archive.queries import Statement, first, once
from web_archive.threads import DEEPEST
from web_archive.tree import in_order

views = Blueprint("posts", __name__)


@views.get("/c/<slug:slug>/m/<anything:message_id>")
def post(slug: str, message_id: str) -> str | tuple[str, int] | BaseResponse:
    """The post of this Message-ID, and an outline of its discussion. One that was moved is led to, for
    whoever may read it there; of one that was removed the tombstone stands here, as gone (410)."""
    with reading() as db:
        place = readable(db, slug, viewer())
        # Brackets around an id do no harm.
        thread = first(db, _thread(), community=place.id, message_id=message_id.strip("<>"))
        if thread is None:
            gone_to = first(db, _moved(), community=place.id, message_id=message_id.strip("<>"))
            if gone_to is None:
                raise NotFound
            there = elsewhere(db, gone_to.community_id, viewer())
            return redirect(links.post(there, gone_to.message_id))
        posts = rows(db, thread.id)
        wanted = [row for row in posts if row.id == thread.post_id]
        html = rendered(db, place, wanted, posts)[thread.post_id].decode()
    order = in_order(posts)
    here = next(n for n, (row, _) in enumerate(order) if row.id == thread.post_id)
    page = render_template(
        "post.html",
        place=place,
        thread=thread,
        post=wanted[0],
        html=Markup(html),
        outline=[
            (slug, row, min(depth, DEEPEST), number == here)
            for number, (row, depth) in enumerate(order)
        ],
        earlier=order[here - 1][0] if here else None,
        later=order[here + 1][0] if here + 1 < len(order) else None,
    )
    return (page, 410) if thread.gone == "removed" else page


@once
def _thread() -> Statement:
    """The thread of a Message-ID, and which of its posts that is."""
    return (
        select(
            Thread.id,
            Thread.subject,
            Thread.post_count,
            Thread.tool,
            Post.id.label("post_id"),
            Post.gone,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.community_id == bindparam("community"), Post.message_id == bindparam("message_id")
        )
    )


@once
def _moved() -> Statement:
    """Where a post is that this community had."""
    return (
        select(Post.community_id, Post.message_id)
        .join(Moved, Moved.post_id == Post.id)
        .where(
            Moved.community_id == bindparam("community"),
            Moved.message_id == bindparam("message_id"),
        )
    )
