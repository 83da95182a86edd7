"""Discussions closed and opened, pinned, taken apart, made one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub.forum import arranged
from mailhub.membership import Unusable, trail
from mailhub.membership.trail import By
from mailhub.models import Post, Thread


def close(session: Session, thread: Thread, now: datetime, *, by: By) -> bool:
    """What goes on with it from now on is held or refused, as the community wants it; whether it was
    open."""
    return arranged.set_closed(session, thread, now) and _kept(session, thread, "closed", by, now)


def open_again(session: Session, thread: Thread, now: datetime, *, by: By) -> bool:
    """It goes on as before; whether it was closed."""
    return arranged.set_closed(session, thread, None) and _kept(session, thread, "opened", by, now)


def pin(session: Session, thread: Thread, now: datetime, *, by: By) -> bool:
    """It stands above the others in the archive; whether that is new."""
    return arranged.set_pinned(session, thread, now) and _kept(session, thread, "pinned", by, now)


def unpin(session: Session, thread: Thread, now: datetime, *, by: By) -> bool:
    """It stands where its latest post puts it; whether that is new."""
    return arranged.set_pinned(session, thread, None) and _kept(
        session, thread, "unpinned", by, now
    )


def split(session: Session, post: Post, now: datetime, *, by: By) -> Thread:
    """Let a discussion of its own begin with a post; Unusable where one begins there already."""
    old, parent = post.thread_id, post.parent_id
    new = arranged.split(session, post)
    if new.id == old:
        raise Unusable("begins-it", post.subject[:200])
    before = {"thread": old, "post": post.id, "parent": parent}
    _kept(session, new, "split", by, now, before)
    return new


def merge(session: Session, thread: Thread, into: Thread, now: datetime, *, by: By) -> None:
    """Make a discussion part of another one of its community; Unusable where that is not possible."""
    if thread.id == into.id:
        raise Unusable("same-thread", str(into.id))
    if thread.community_id != into.community_id:
        raise Unusable("other-community", str(into.id))
    posts = arranged.merge(session, thread, into)
    _kept(session, into, "merged", by, now, {"thread": thread.id, "posts": posts})


def _kept(
    session: Session,
    thread: Thread,
    what: str,
    by: By,
    now: datetime,
    before: dict[str, Any] | None = None,
) -> bool:
    trail.keep(
        session,
        by,
        now,
        of="thread",
        what=what,
        community_id=thread.community_id,
        before=before or {},
        after={"thread": thread.id},
    )
    return True
