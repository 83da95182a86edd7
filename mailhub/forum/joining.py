"""Threads become one, by a few statements over all of their posts at once: no parent changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from mailhub.forum import muting
from mailhub.models import Post, Thread

_post = Post.__table__
_thread = Thread.__table__
_FIGURES = select(_thread.c.id, _thread.c.post_count, _thread.c.last_at).where(
    _thread.c.id.in_(bindparam("threads", expanding=True))
)
_MOVE_POSTS = (
    update(Post)
    .where(_post.c.thread_id.in_(bindparam("threads", expanding=True)))
    .values(thread_id=bindparam("kept"))
)
_LEAD_THERE = (
    update(Thread)
    .where(
        or_(
            _thread.c.id.in_(bindparam("threads", expanding=True)),
            _thread.c.merged_into_id.in_(bindparam("threads", expanding=True)),
        )
    )
    .values(merged_into_id=bindparam("kept"), post_count=0)
)
_GROW = (
    update(Thread)
    .where(_thread.c.id == bindparam("thread"))
    .values(
        post_count=_thread.c.post_count + bindparam("more"),
        last_at=case(
            (_thread.c.last_at < bindparam("at", type_=_thread.c.last_at.type), bindparam("at")),
            else_=_thread.c.last_at,
        ),
    )
)
# The order of `parents.Node.age`.
_FIRST = (
    select(_post.c.subject, _post.c.received_at)
    .where(_post.c.thread_id == bindparam("thread"))
    .order_by(
        _post.c.received_at,
        _post.c.is_reply,
        _post.c.content_hash,
        func.coalesce(func.nullif(_post.c.claimed_message_id, ""), _post.c.message_id),
    )
    .limit(1)
)
_BEGIN = (
    update(Thread)
    .where(_thread.c.id == bindparam("thread"))
    .values(subject=bindparam("first_subject"), started_at=bindparam("first_at"))
)
_SIZE = select(func.sum(_thread.c.post_count)).where(
    _thread.c.id.in_(bindparam("threads", expanding=True))
)


def join(connection: Connection, threads: Collection[int]) -> int:
    """Make these threads one; its number is that of the one with most posts, and the addresses of
    the others lead there. Call `begin` once all its posts are in it."""
    rows = connection.execute(_FIGURES, {"threads": list(threads)}).all()
    kept = max(rows, key=lambda row: (row.post_count, -row.id)).id
    others = [row for row in rows if row.id != kept]
    given = {"threads": [row.id for row in others], "kept": kept}
    connection.execute(_MOVE_POSTS, given)
    connection.execute(_LEAD_THERE, given)
    muting.follow(connection, given["threads"], kept)
    grow(connection, kept, sum(r.post_count for r in others), max(r.last_at for r in rows))
    number: int = kept
    return number


def grow(connection: Connection, thread_id: int, more: int, at: datetime) -> None:
    """So many posts more, the latest of them received then."""
    connection.execute(_GROW, {"thread": thread_id, "more": more, "at": at})


def begin(connection: Connection, thread_id: int) -> None:
    """The thread has the subject and the time of its first post."""
    first = connection.execute(_FIRST, {"thread": thread_id}).one()
    connection.execute(
        _BEGIN,
        {"thread": thread_id, "first_subject": first.subject, "first_at": first.received_at},
    )


def size(connection: Connection, threads: Collection[int]) -> int:
    """How many posts are in these threads."""
    return connection.scalar(_SIZE, {"threads": list(threads)}) or 0
