"""Posts that go as a whole: those that nothing hangs on. What others say of them stays as they wrote it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from mailhub.forum import joining
from mailhub.models import Moved, Mute, Post, PostBody, PostReference, Reaction, Thread


def childless(session: Session, posts: Collection[int]) -> set[int]:
    """Those of these posts that no other post answers, but for others of them that go too."""
    child = aliased(Post)
    pairs = session.execute(
        select(child.parent_id, child.id).where(child.parent_id.in_(posts))
    ).all()
    stay = {parent for parent, answer in pairs if answer not in posts}
    while True:  # up, from each that stays to what it hangs on
        more = {parent for parent, answer in pairs if answer in stay} - stay
        if not more:
            return {post for post in posts if post not in stay}
        stay |= more


def remove(session: Session, posts: Collection[int]) -> None:
    """End these posts, which nothing hangs on (`childless`), and threads that are empty then. Their
    deliveries, outcomes and papers are the caller's."""
    threads = set(session.scalars(select(Post.thread_id).where(Post.id.in_(posts))))
    session.execute(delete(PostBody).where(PostBody.post_id.in_(posts)))
    session.execute(delete(Moved).where(Moved.post_id.in_(posts)))
    session.execute(delete(Reaction).where(Reaction.post_id.in_(posts)))
    session.execute(delete(PostReference).where(PostReference.post_id.in_(posts)))
    session.execute(update(Post).where(Post.id.in_(posts)).values(parent_id=None))
    session.execute(delete(Post).where(Post.id.in_(posts)))
    for thread_id in threads:
        _again(session, thread_id)
    session.expire_all()


def _again(session: Session, thread_id: int) -> None:
    """A thread as its remaining posts make it; none, where there are none."""
    count, last = session.execute(
        select(func.count(), func.max(Post.received_at)).where(Post.thread_id == thread_id)
    ).one()
    if count:
        session.execute(
            update(Thread).where(Thread.id == thread_id).values(post_count=count, last_at=last)
        )
        joining.begin(session.connection(), thread_id)
        return
    gone = [
        thread_id,
        *session.scalars(select(Thread.id).where(Thread.merged_into_id == thread_id)),
    ]
    session.execute(delete(Mute).where(Mute.thread_id.in_(gone)))
    session.execute(update(Thread).where(Thread.id.in_(gone)).values(merged_into_id=None))
    session.execute(delete(Thread).where(Thread.id.in_(gone)))
