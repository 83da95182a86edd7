"""Threads as people have arranged them: taken apart, made one, closed, pinned.

What people have decided about a thread is kept as data (`Thread.arranged`): it never becomes one with
another by itself again, and is never built anew. Who answers one of its posts joins it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.orm import Session

from mailhub.forum import joining
from mailhub.forum.neighbours import Neighbours
from mailhub.models import Community, Post, Thread

_ARRANGED = select(Thread.id).where(
    Thread.id.in_(bindparam("threads", expanding=True)), Thread.arranged
)


def arranged(connection: Connection, threads: Collection[int]) -> set[int]:
    """Those of these threads that people have arranged."""
    return set(connection.scalars(_ARRANGED, {"threads": list(threads)})) if threads else set()


def respect(connection: Connection, around: Neighbours) -> None:
    """Let a post that comes join one thread where it would have made arranged ones one: that of its
    parent, else that of who waited for it."""
    kept = arranged(connection, around.threads)
    if not kept:
        return
    waiting = [child.thread_id for child in around.children.values()]
    first = around.parent_thread or next(iter(waiting), None) or min(around.threads)
    if first in kept:
        around.threads, around.children, around.unsure = {first}, {}, False
        return
    around.threads -= kept
    around.children = {
        child.id: child for child in around.children.values() if child.thread_id not in kept
    }


def subtree(session: Session, post: Post) -> list[int]:
    """A post and all that answers it, in its thread."""
    rows = session.execute(select(Post.id, Post.parent_id).where(Post.thread_id == post.thread_id))
    below: dict[int | None, list[int]] = {}
    for id_, parent_id in rows:
        below.setdefault(parent_id, []).append(id_)
    found = [post.id]
    for id_ in found:
        found += below.get(id_, ())
    return found


def split(session: Session, post: Post) -> Thread:
    """Let a discussion of its own begin with this post and all that answers it; which, as far as it
    begins one already, is the thread itself."""
    old = session.get_one(Thread, post.thread_id)
    taken = subtree(session, post)
    if len(taken) >= old.post_count:
        return old
    new = Thread(
        community_id=old.community_id,
        subject=post.subject,
        started_at=post.received_at,
        last_at=post.received_at,
        post_count=0,
        arranged=True,
    )
    session.add(new)
    session.flush()
    put(session, taken, new)
    session.execute(
        update(Post).where(Post.id == post.id).values(parent_id=None, parent_by="arranged")
    )
    old.arranged = True
    _mark(session, old.community_id)
    for thread in (old, new):
        figures(session, thread)
    return new


def merge(session: Session, thread: Thread, into: Thread) -> list[int]:
    """Make a thread part of another of its community; the posts that it had. Its address leads there."""
    posts = list(session.scalars(select(Post.id).where(Post.thread_id == thread.id)))
    session.execute(update(Post).where(Post.thread_id == thread.id).values(thread_id=into.id))
    session.execute(
        update(Thread)
        .where((Thread.id == thread.id) | (Thread.merged_into_id == thread.id))
        .values(merged_into_id=into.id, post_count=0)
    )
    into.arranged = thread.arranged = True
    _mark(session, into.community_id)
    figures(session, into)
    return posts


def take_out(session: Session, posts: Sequence[int], into: Thread) -> None:
    """Put these posts, which became part of another thread, back into the one that they had."""
    there = set(session.scalars(select(Post.thread_id).where(Post.id.in_(posts))))
    into.merged_into_id = None
    session.flush()
    put(session, posts, into)
    for thread_id in there | {into.id}:
        figures(session, session.get_one(Thread, thread_id))


def put(session: Session, posts: Sequence[int], thread: Thread) -> None:
    """These posts stand in this thread now."""
    for start in range(0, len(posts), 1_000):
        session.execute(
            update(Post)
            .where(Post.id.in_(posts[start : start + 1_000]))
            .values(thread_id=thread.id)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def figures(session: Session, thread: Thread) -> None:
    """A thread has the figures that follow from its posts."""
    session.flush()
    count, last = session.execute(
        select(func.count(), func.max(Post.received_at)).where(Post.thread_id == thread.id)
    ).one()
    session.execute(
        update(Thread)
        .where(Thread.id == thread.id)
        .values(post_count=count, **({"last_at": last} if last else {}))
    )
    if count:
        joining.begin(session.connection(), thread.id)
    session.expire(thread)


def set_closed(session: Session, thread: Thread, at: datetime | None) -> bool:
    """Close a thread, or open it again; whether that is new."""
    if (thread.closed_at is None) == (at is None):
        return False
    thread.closed_at = at
    session.flush()
    return True


def set_pinned(session: Session, thread: Thread, at: datetime | None) -> bool:
    """Let a thread stand above the others, or no longer; whether that is new."""
    if (thread.pinned_at is None) == (at is None):
        return False
    thread.pinned_at = at
    session.flush()
    return True


def _mark(session: Session, community_id: int) -> None:
    """From now on filing asks whether a thread here is arranged."""
    session.execute(update(Community).where(Community.id == community_id).values(arranged=True))
