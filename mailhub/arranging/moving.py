"""Discussions moved to another community, with their posts, papers and entries in the search.

The addresses that they had lead to them still, for whoever may see them there, and mail that answers them
joins them (`Moved`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.arranging.papers import file_again, take_papers
from mailhub.blobs import Blobs
from mailhub.membership import Unusable, trail
from mailhub.membership.trail import By
from mailhub.models import Community, Moved, Post, PostReference, Thread
from mailhub.site import Site

MOST = 2_000  # posts


def move(
    session: Session,
    blobs: Blobs,
    site: Site,
    thread: Thread,
    to: Community,
    now: datetime,
    *,
    by: By,
) -> None:
    """Move a discussion to another community; Unusable where it is there, or one of its posts is."""
    if thread.community_id == to.id:
        raise Unusable("same-community", to.slug)
    if thread.post_count > MOST:
        raise Unusable("too-long-to-move", str(MOST))
    source = session.get_one(Community, thread.community_id)
    posts = session.scalars(select(Post).where(Post.thread_id == thread.id)).all()
    _check(session, posts, to)
    ids = [post.id for post in posts]
    take_papers(session, ids)
    _lead_there(session, posts, source, to)
    session.execute(
        update(PostReference).where(PostReference.post_id.in_(ids)).values(community_id=to.id)
    )
    session.execute(
        update(Thread)
        .where((Thread.id == thread.id) | (Thread.merged_into_id == thread.id))
        .values(community_id=to.id)
        .execution_options(synchronize_session=False)
    )
    for post in posts:
        post.community_id = to.id
    thread.arranged = source.arranged = to.arranged = True
    if to.last_post_at is None or to.last_post_at < thread.last_at:
        to.last_post_at = thread.last_at
    search.move(session, "post", ids, to.id)
    session.flush()
    session.refresh(thread)
    file_again(session, blobs, site, posts, to)
    trail.keep(
        session,
        by,
        now,
        of="thread",
        what="moved",
        community_id=source.id,
        before={"thread": thread.id, "community": source.id},
        after={"thread": thread.id, "community": to.id},
    )


def _check(session: Session, posts: Sequence[Post], to: Community) -> None:
    ids = [post.message_id for post in posts]
    there = select(Post.message_id).where(Post.community_id == to.id, Post.message_id.in_(ids))
    found = session.scalar(there.limit(1))
    if found is not None:
        raise Unusable("already-there", found[:200])


def _lead_there(session: Session, posts: Sequence[Post], source: Community, to: Community) -> None:
    """What knew these posts in one community finds them in the other, once."""
    ids = [post.message_id for post in posts]
    for community in (source, to):
        session.execute(
            delete(Moved).where(Moved.community_id == community.id, Moved.message_id.in_(ids))
        )
    session.add_all(
        Moved(community_id=source.id, message_id=post.message_id, post_id=post.id) for post in posts
    )
    session.flush()
