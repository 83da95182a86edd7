"""What stands around a post that is about to be filed: a few look-ups by index."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from mailhub.models import Post, PostReference

MAX_CONVERSATION = 1000  # posts of one Outlook conversation that are looked at


@dataclass(slots=True)
class Neighbours:
    """The parent that a post finds, the threads that it belongs to by any way, and whether it
    disturbs posts that are there already (it is the parent that one of them waited for)."""

    parent_id: int | None = None
    parent_by: str = ""
    threads: set[int] = field(default_factory=set)
    disturbs: bool = False

    def adopt(self, parent_id: int, thread_id: int, way: str) -> None:
        """Take a parent, unless a better way has found one."""
        self.threads.add(thread_id)
        if self.parent_id is None:
            self.parent_id, self.parent_by = parent_id, way


def of(
    session: Session,
    post: Post,
    references: list[str],
    window: timedelta,
    last_post_at: datetime | None,
) -> Neighbours:
    """The neighbours of a post that is not yet there, by the four ways of `parents`, in their order."""
    around = Neighbours()
    missing = _by_references(session, post, references, around)
    _named_by_others(session, post, missing, around)
    if around.parent_id is None and post.answered_id:
        thread_id = session.scalar(
            select(Post.thread_id).where(
                Post.id == post.answered_id, Post.community_id == post.community_id
            )
        )
        if thread_id is not None:
            around.adopt(post.answered_id, thread_id, "token")
    if post.conversation:
        _by_conversation(session, post, around)
    if post.subject_key and window:
        if around.parent_id is None and post.is_reply:
            _by_subject(session, post, window, around)
        if last_post_at is not None and post.received_at <= last_post_at:
            _later_answers(session, post, window, around)
    return around


def _by_references(
    session: Session, post: Post, references: list[str], around: Neighbours
) -> list[str]:
    """Adopt the nearest ancestor that is there; returns the ids that have not come."""
    if not references:
        return []
    rows = session.execute(
        select(Post.message_id, Post.id, Post.thread_id).where(
            Post.community_id == post.community_id, Post.message_id.in_(references)
        )
    )
    present = {row.message_id: row for row in rows}
    for reference in references:
        if reference in present:
            around.adopt(present[reference].id, present[reference].thread_id, "reference")
            break
    return [reference for reference in references if reference not in present]


def _named_by_others(session: Session, post: Post, missing: list[str], around: Neighbours) -> None:
    """Posts that name this one, or that name the same ancestor which has not come."""
    rows = session.execute(
        select(PostReference.message_id, Post.thread_id)
        .join(Post, Post.id == PostReference.post_id)
        .where(
            PostReference.community_id == post.community_id,
            PostReference.message_id.in_([post.message_id, *missing]),
        )
        .distinct()
    )
    for message_id, thread_id in rows:
        around.threads.add(thread_id)
        around.disturbs |= message_id == post.message_id


def _by_conversation(session: Session, post: Post, around: Neighbours) -> None:
    rows = session.execute(
        select(Post.id, Post.thread_id, Post.thread_index, Post.received_at, Post.message_id)
        .where(Post.community_id == post.community_id, Post.conversation == post.conversation)
        .order_by(Post.received_at, Post.message_id)
        .limit(MAX_CONVERSATION)
    )
    best = None
    for row in rows:
        around.threads.add(row.thread_id)
        if len(row.thread_index) > len(post.thread_index):
            around.disturbs |= row.thread_index.startswith(post.thread_index)
        elif len(row.thread_index) < len(post.thread_index):
            longer = best is None or len(row.thread_index) > len(best.thread_index)
            if longer and post.thread_index.startswith(row.thread_index):
                best = row
    if best is not None:
        around.adopt(best.id, best.thread_id, "index")


def _by_subject(session: Session, post: Post, window: timedelta, around: Neighbours) -> None:
    row = session.execute(
        _same_subject(post)
        .where(
            or_(
                Post.received_at < post.received_at,
                and_(Post.received_at == post.received_at, Post.message_id < post.message_id),
            ),
            Post.received_at >= post.received_at - window,
        )
        .order_by(Post.received_at.desc(), Post.message_id.desc())
        .limit(1)
    ).first()
    if row is not None:
        around.adopt(row.id, row.thread_id, "subject")


def _later_answers(session: Session, post: Post, window: timedelta, around: Neighbours) -> None:
    """Answers that came before this post and now find it nearer than what they hang on."""
    rows = session.execute(
        _same_subject(post)
        .where(
            Post.received_at >= post.received_at,
            Post.received_at <= post.received_at + window,
            Post.is_reply,
            Post.parent_by.in_(("", "subject")),
        )
        .order_by(Post.received_at)
    )
    for row in rows:
        around.threads.add(row.thread_id)
        around.disturbs = True


def _same_subject(post: Post) -> Select[int, int]:
    return select(Post.id, Post.thread_id).where(
        Post.community_id == post.community_id, Post.subject_key == post.subject_key
    )
