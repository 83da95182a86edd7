"""The Atom feed of a community (RFC 4287): its latest posts, each with its new words."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from sqlalchemy import bindparam, select

from mailhub.models import Post, PostBody
from web_archive.current import hub, reading, viewer
from web_archive.places import readable
from web_archive.queries import Statement, author, many, once

ENTRIES = 30
WORDS = 4_000  # characters of one entry

views = Blueprint("feeds", __name__)


@views.get("/c/<slug:slug>/atom.xml")
def feed(slug: str) -> Response:
    """The latest posts, the newest first."""
    with reading() as db:
        place = readable(db, slug, viewer())
        posts = many(db, _latest(), community=place.id)
    xml = render_template(
        "atom.xml", place=place, posts=posts, site=hub().settings.site_url, words_bound=WORDS
    )
    response = Response(xml, content_type="application/atom+xml; charset=utf-8")
    if posts:
        response.last_modified = posts[0].received_at
    return response


@once
def _latest() -> Statement:
    return (
        select(
            Post.message_id,
            Post.subject,
            author().label("author_name"),
            Post.received_at,
            PostBody.new_text,
        )
        .join(PostBody, PostBody.post_id == Post.id)
        .where(Post.community_id == bindparam("community"), Post.gone != "removed")
        .order_by(Post.received_at.desc(), Post.id.desc())
        .limit(ENTRIES)
    )
