"""One post under its lasting address, with where it stands in its discussion."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mailhub.models import Post
from web_archive.current import hub, viewer
from web_archive.places import Place, readable
from web_archive.posts_shown import rendered, rows
from web_archive.queries import Statement, first, once
from web_archive.threads import DEEPEST, thread_of
from web_archive.tree import in_order

views = Blueprint("posts", __name__)


@views.get("/c/<slug>/m/<anything:message_id>")
def post(slug: str, message_id: str) -> str:
    """The post of this Message-ID, and an outline of its discussion."""
    with hub().database.reading() as session:
        place = readable(session, slug, viewer())
        post_id, thread_id = _found(session, place, message_id)
        thread = thread_of(session, place, thread_id)
        posts = rows(session, thread_id)
        wanted = [row for row in posts if row.id == post_id]
        html = rendered(session, place, wanted, posts)[post_id]
    outline = [(row, min(depth, DEEPEST)) for row, depth in in_order(posts)]
    here = next(n for n, (row, _) in enumerate(outline) if row.id == post_id)
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


def _found(session: Session, place: Place, message_id: str) -> tuple[int, int]:
    """(post, thread) of a Message-ID; brackets around it do no harm."""
    row = first(session, _by_message_id(), community=place.id, id=message_id.strip("<>"))
    if row is None:
        raise NotFound
    return row.id, row.thread_id


@once
def _by_message_id() -> Statement:
    return select(Post.id, Post.thread_id).where(
        Post.community_id == bindparam("community"), Post.message_id == bindparam("id")
    )
