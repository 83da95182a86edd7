"""One post under its lasting address, with where it stands in its discussion."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from sqlalchemy import bindparam, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub.models import Moved, Post, Thread
from web_archive import links
from web_archive.current import hub, reading, viewer
from web_archive.outlines import lines
from web_archive.places import elsewhere, readable
from web_archive.posts_shown import rendered, shown
from web_archive.queries import Statement, first, once

views = Blueprint("posts", __name__)


@views.get("/c/<slug:slug>/m/<anything:message_id>")
def post(slug: str, message_id: str) -> str | tuple[str, int] | BaseResponse:
    """The post of this Message-ID, and an outline of its discussion. One that was moved is led to, for
    whoever may read it there; of one that was removed the tombstone stands here, as gone (410)."""
    with reading() as db:
        place = readable(db, slug, viewer())
        # Brackets around an id do no harm.
        wanted = first(db, _post(), community=place.id, message_id=message_id.strip("<>"))
        if wanted is None:
            gone_to = first(db, _moved(), community=place.id, message_id=message_id.strip("<>"))
            if gone_to is None:
                raise NotFound
            there = elsewhere(db, gone_to.community_id, viewer())
            return redirect(links.post(there, gone_to.message_id))
        posts = lines(db, wanted.thread_id)
        html = rendered(db, place, [wanted], posts)[wanted.id].decode()
    around, earlier, later = hub().outlines.around(slug, posts, wanted.id)
    page = render_template(
        "post.html",
        place=place,
        post=wanted,
        html=Markup(html),
        outline=around,
        earlier=earlier,
        later=later,
    )
    return (page, 410) if wanted.gone == "removed" else page


@once
def _post() -> Statement:
    """The post of a Message-ID, with what its page says of its thread."""
    return (
        shown()
        .add_columns(Post.thread_id, Thread.post_count, Thread.tool)
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
