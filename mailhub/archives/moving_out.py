"""Posts of a community as an mbox, and its threads as they stand; one after the other, never all at
once in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from mailhub import mbox
from mailhub.compose import private
from mailhub.models import Community, Inbound, Post, RawMail, Thread
from mailhub.site import Site

AT_ONCE = 100


def mails(session: Session, community: Community, site: Site) -> Iterator[bytes]:
    """Every post's raw mail as it stands in an mbox (mboxrd), in the order in which they came;
    without tokens of ours that act in its author's name."""
    rows = session.execute(
        select(Inbound.mail_from, Post.received_at, RawMail.raw)
        .join(Post, Post.inbound_id == Inbound.id)
        .join(RawMail, RawMail.inbound_id == Inbound.id)
        .where(Post.community_id == community.id, Post.gone != "removed")
        .order_by(Post.received_at, Post.message_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for mail_from, received_at, raw in rows:
        yield mbox.written(mail_from, received_at, private.mail(raw, site))


def threads(session: Session, community: Community) -> Iterator[dict[str, Any]]:
    """Every thread with its posts, both in the order of time; a root's parent is None.

    {"subject", "posts": [{"message_id", "parent"}…]}
    """
    first, parent = aliased(Post), aliased(Post)
    first_id = (
        select(first.message_id)
        .where(first.thread_id == Thread.id)
        .order_by(first.received_at, first.message_id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Post.thread_id,
            Thread.subject,
            Post.message_id,
            parent.message_id.label("parent"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(Thread.community_id == community.id)
        .order_by(Thread.started_at, first_id, Post.received_at, Post.message_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for _, posts in groupby(rows, key=lambda row: row.thread_id):
        here = list(posts)
        yield {
            "subject": here[0].subject,
            "posts": [{"message_id": row.message_id, "parent": row.parent} for row in here],
        }
