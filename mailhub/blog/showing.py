"""Entries as an operator sees them. The number of an entry is that of its thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.blog import following
from mailhub.blog.following import NAME
from mailhub.membership import Unusable
from mailhub.models import Community, Post, PostBody, Thread


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry."""

    number: int
    subject: str
    author: str
    address: str
    at: datetime
    comments: int
    message_id: str
    gone: str  # what took its words; "" where they are there


def listing(session: Session, community_id: int) -> list[Shown]:
    """The entries of a community, the latest first."""
    rows = session.execute(
        select(Post, Thread.post_count)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.community_id == community_id, Thread.tool == NAME, Post.parent_id.is_(None))
        .order_by(Post.received_at.desc(), Post.id.desc())
    )
    return [_shown(post, count) for post, count in rows]


def entry(session: Session, number: int) -> Post:
    """The post of this entry; Unusable where there is none of this number."""
    post = session.scalars(
        select(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.id == number, Thread.tool == NAME, Post.parent_id.is_(None))
        .order_by(Post.received_at, Post.id)
    ).first()
    if post is None:
        raise Unusable("unknown-entry", str(number))
    return post


def whole(session: Session, number: int) -> dict[str, Any]:
    """An entry with its words and comments; Unusable where there is none of this number."""
    post = entry(session, number)
    thread = session.get_one(Thread, post.thread_id)
    shown = _shown(post, thread.post_count)
    comments = session.execute(
        select(Post.author_name, Post.received_at, PostBody.new_text)
        .join(PostBody, PostBody.post_id == Post.id)
        .where(Post.thread_id == thread.id, Post.id != post.id)
        .order_by(Post.received_at, Post.id)
    )
    text = session.scalar(select(PostBody.text).where(PostBody.post_id == post.id))
    community = session.get_one(Community, post.community_id)
    count = len(following.followers(session, community.id, post.author_id or 0))
    return {
        "number": shown.number,
        "community": community.slug,
        "subject": shown.subject,
        "author": shown.author,
        "address": shown.address,
        "at": shown.at,
        "message_id": shown.message_id,
        "gone": shown.gone,
        "followers": count,
        "text": text or "",
        "comments": [
            {"author": row.author_name, "at": row.received_at.isoformat(), "text": row.new_text}
            for row in comments
        ],
    }


def _shown(post: Post, count: int) -> Shown:
    return Shown(
        post.thread_id,
        post.subject,
        post.author_name,
        post.author_address,
        post.received_at,
        count - 1,
        post.message_id,
        post.gone,
    )
