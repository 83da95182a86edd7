"""Mutes: the threads of which a member wants no more mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from mailhub.membership import trail
from mailhub.membership.trail import By
from mailhub.models import Change, Mute, Post, Thread


def thread_of(
    session: Session, community_id: int, post_id: int | None, ids: tuple[str, ...]
) -> Thread | None:
    """The thread of a post, else of the first of some Message-IDs that is a post of this community."""
    found = select(Thread).join(Post, Post.thread_id == Thread.id)
    found = found.where(Post.community_id == community_id)
    if post_id is not None:
        return session.scalar(found.where(Post.id == post_id))
    for message_id in ids[:10]:
        named = or_(Post.message_id == message_id, Post.claimed_message_id == message_id)
        thread = session.scalar(found.where(named).limit(1))
        if thread is not None:
            return thread
    return None


def mute(session: Session, person_id: int, thread: Thread, now: datetime, *, by: By) -> bool:
    """No more mail of this thread to this person; False where that was so already."""
    if session.get(Mute, (thread.id, person_id)) is not None:
        return False
    session.add(Mute(person_id=person_id, thread_id=thread.id, since=now))
    _keep(session, "muted", person_id, thread, by, now, None, {"thread": thread.id})
    return True


def unmute(session: Session, person_id: int, thread: Thread, now: datetime, *, by: By) -> bool:
    """Mail of this thread comes again; False where it came all the time."""
    present = session.get(Mute, (thread.id, person_id))
    if present is None:
        return False
    session.delete(present)
    _keep(session, "unmuted", person_id, thread, by, now, {"thread": thread.id}, None)
    return True


def count(session: Session, person_id: int, community_id: int) -> int:
    """How many threads of a community a person has muted."""
    found = (
        select(func.count())
        .select_from(Mute)
        .join(Thread, Thread.id == Mute.thread_id)
        .where(Mute.person_id == person_id, Thread.community_id == community_id)
    )
    return session.scalar(found) or 0


def put_back(session: Session, change: Change, now: datetime, *, by: By) -> bool:
    """Take back a mute, or its end."""
    thread = session.get(Thread, (change.before or change.after or {})["thread"])
    if thread is None or change.person_id is None:
        return False
    turn = mute if change.before else unmute
    return turn(session, change.person_id, thread, now, by=by)


def _keep(
    session: Session,
    what: str,
    person_id: int,
    thread: Thread,
    by: By,
    now: datetime,
    before: dict[str, int] | None,
    after: dict[str, int] | None,
) -> None:
    trail.keep(
        session,
        by,
        now,
        of="mute",
        what=what,
        community_id=thread.community_id,
        person_id=person_id,
        before=before,
        after=after,
    )
