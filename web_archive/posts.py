"""One post under its lasting address, with where it stands in its discussion."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import bindparam, select
from werkzeug.exceptions import NotFound

from mailhub.models import Post, Thread
from web_archive.current import reading, viewer
from web_archive.places import readable
from web_archive.posts_shown import rendered, rows
from web_archive.queries import Statement, first, once
from web_archive.threads import DEEPEST
from web_archive.tree import in_order

views = Blueprint("posts", __name__)


@views.get("/c/<slug:slug>/m/<anything:message_id>")
def post(slug: str, message_id: str) -> str:
    """The post of this Message-ID, and an outline of its discussion."""
    with reading() as db:
        place = readable(db, slug, viewer())
        # Brackets around an id do no harm.
        thread = first(db, _thread(), community=place.id, message_id=message_id.strip("<>"))
        if thread is None:
            raise NotFound
        posts = rows(db, thread.id)
        wanted = [row for row in posts if row.id == thread.post_id]
        html = rendered(db, place, wanted, posts)[thread.post_id]
    outline = [(row, min(depth, DEEPEST)) for row, depth in in_order(posts)]
    here = next(n for n, (row, _) in enumerate(outline) if row.id == thread.post_id)
    return render_template(
        "post.html",
        place=place,
        thread=thread,
        post=wanted[0],
        html=html,
        outline=outline,
        earlier=outline[here - 1][0] if here else None,
        later=outline[here + 1][0] if here + 1 < len(outline) else None,
    )


@once
def _thread() -> Statement:
    """The thread of a Message-ID, and which of its posts that is."""
    return (
        select(Thread.id, Thread.subject, Thread.post_count, Post.id.label("post_id"))
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.community_id == bindparam("community"), Post.message_id == bindparam("message_id")
        )
    )
