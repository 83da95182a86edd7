"""Which post or discussion is meant: by its number, its Message-ID, or its address in the archive."""

from __future__ import annotations

import re
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.membership import Unusable
from mailhub.models import Community, Post, Thread

_THREAD = re.compile(
    r"(?:.{0,300}/c/[a-z0-9-]{2,32}/threads/|#)?([1-9][0-9]{0,8})(?:[?#/].{0,300})?\Z"
)
_POST = re.compile(r".{0,300}/c/([a-z0-9-]{2,32})/m/([^?#]{1,1500})")
_ANCHOR = re.compile(r".{0,300}/threads/[0-9]{1,9}#p([1-9][0-9]{0,8})\Z")


def thread_of(session: Session, named: str, community: Community | None = None) -> Thread:
    """The discussion of this number or address, or that of a post so named; one that became part of
    another is that one. Unusable where there is none (in that community, if one is given)."""
    number = _THREAD.match(named.strip())
    thread = session.get(Thread, int(number[1])) if number else None
    if thread is not None and thread.merged_into_id:
        thread = session.get_one(Thread, thread.merged_into_id)
    if thread is None and not number:
        post = _post(session, named, community)
        thread = session.get_one(Thread, post.thread_id) if post else None
    if thread is None or (community is not None and thread.community_id != community.id):
        raise Unusable("unknown-thread", named[:200])
    return thread


def post_of(session: Session, named: str, community: Community | None = None) -> Post:
    """The post of this number (`#p12` in a discussion's page), Message-ID or address; Unusable where there
    is none, or several communities have it and none is given."""
    post = _post(session, named.strip(), community)
    if post is None or (community is not None and post.community_id != community.id):
        raise Unusable("unknown-post", named[:200])
    return post


def _post(session: Session, named: str, community: Community | None) -> Post | None:
    anchor = _ANCHOR.match(named)
    plain = named.removeprefix("p")
    if anchor or (plain.isascii() and plain.isdigit() and len(plain) < 10):
        return session.get(Post, int(anchor[1] if anchor else plain))
    found = select(Post)
    linked = _POST.match(named)
    if linked:
        found = found.join(Community).where(Community.slug == linked[1])
        named = unquote(linked[2])
    elif community is not None:
        found = found.where(Post.community_id == community.id)
    posts = session.scalars(found.where(Post.message_id == named.strip("<>")).limit(2)).all()
    return posts[0] if len(posts) == 1 else None
