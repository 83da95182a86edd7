"""What stands around a post that is about to be filed: a few look-ups by index, built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from mailhub.models import Post, PostReference

MAX_CONVERSATION = 1000  # posts of one Outlook conversation that are looked at

_post = Post.__table__
_reference = PostReference.__table__
_IN_COMMUNITY = _post.c.community_id == bindparam("community_id")
# The order of `parents.Node.age`, as far as a database and Python have the same.
_AGE = (_post.c.received_at, _post.c.is_reply, _post.c.content_hash)
_ANCESTORS = select(_post.c.message_id, _post.c.id, _post.c.thread_id).where(
    _IN_COMMUNITY, _post.c.message_id.in_(bindparam("message_ids", expanding=True))
)
_NAMING = (
    select(_reference.c.message_id, _post.c.thread_id)
    .join(_post, _post.c.id == _reference.c.post_id)
    .where(
        _reference.c.community_id == bindparam("community_id"),
        _reference.c.message_id.in_(bindparam("message_ids", expanding=True)),
    )
    .distinct()
)
_ANSWERED = select(_post.c.thread_id).where(_IN_COMMUNITY, _post.c.id == bindparam("answered_id"))
_CONVERSATION = (
    select(_post.c.id, _post.c.thread_id, _post.c.thread_index)
    .where(_IN_COMMUNITY, _post.c.conversation == bindparam("conversation"))
    .order_by(*_AGE)
    .limit(MAX_CONVERSATION)
)
_SAME_SUBJECT = and_(_IN_COMMUNITY, _post.c.subject_key == bindparam("subject_key"))
# Asked only for an answer: at the same time it stands behind what is none.
_EARLIER = (
    select(_post.c.id, _post.c.thread_id)
    .where(
        _SAME_SUBJECT,
        _post.c.received_at >= bindparam("opens"),
        or_(
            _post.c.received_at < bindparam("received_at"),
            and_(
                _post.c.received_at == bindparam("received_at"),
                or_(~_post.c.is_reply, _post.c.content_hash < bindparam("content_hash")),
            ),
        ),
    )
    .order_by(*(column.desc() for column in _AGE))
    .limit(1)
)
_LATER_ANSWERS = (
    select(_post.c.thread_id)
    .where(
        _SAME_SUBJECT,
        _post.c.received_at >= bindparam("received_at"),
        _post.c.received_at <= bindparam("closes"),
        _post.c.is_reply,
        _post.c.parent_by.in_(("", "subject")),
    )
    .distinct()
)


@dataclass(slots=True)
class Neighbours:
    """The parent that a post finds, the threads that it belongs to by any way, and whether it
    disturbs posts that are there already (it is the parent that one of them waited for)."""

    parent_id: int | None = None
    parent_by: str = ""
    threads: set[int] = field(default_factory=set)
    disturbs: bool = False

    def disturb(self, threads: Iterable[int]) -> None:
        """Posts in these threads may change by this one."""
        for thread_id in threads:
            self.threads.add(thread_id)
            self.disturbs = True

    def adopt(self, parent_id: int, thread_id: int, way: str) -> None:
        """Take a parent, unless a better way has found one."""
        self.threads.add(thread_id)
        if self.parent_id is None:
            self.parent_id, self.parent_by = parent_id, way


def of(
    connection: Connection,
    post: Mapping[str, Any],
    references: list[str],
    window: timedelta,
    last_post_at: datetime | None,
) -> Neighbours:
    """The neighbours of a post that is not yet there, by the four ways of `parents`, in their order.

    `post` holds the columns of its row; `last_post_at` is when the community's latest was received.
    """
    around = Neighbours()
    missing = _by_references(connection, post, references, around)
    _named_by_others(connection, post, missing, around)
    if around.parent_id is None and post["answered_id"]:
        thread_id = connection.scalar(_ANSWERED, post)
        if thread_id is not None:
            around.adopt(post["answered_id"], thread_id, "token")
    if post["conversation"]:
        _by_conversation(connection, post, around)
    if post["subject_key"] and window:
        if around.parent_id is None and post["is_reply"]:
            opens = {**post, "opens": post["received_at"] - window}
            for parent_id, thread_id in connection.execute(_EARLIER, opens):
                around.adopt(parent_id, thread_id, "subject")
        if last_post_at is not None and post["received_at"] <= last_post_at:
            # Answers that came before this post may find it nearer than what they hang on.
            closes = {**post, "closes": post["received_at"] + window}
            around.disturb(connection.scalars(_LATER_ANSWERS, closes))
    return around


def _by_references(
    connection: Connection, post: Mapping[str, Any], references: list[str], around: Neighbours
) -> list[str]:
    """Adopt the nearest ancestor that is there; returns the ids that have not come."""
    if not references:
        return []
    rows = connection.execute(
        _ANCESTORS, {"community_id": post["community_id"], "message_ids": references}
    )
    present = {message_id: (post_id, thread_id) for message_id, post_id, thread_id in rows}
    nearest = next((reference for reference in references if reference in present), None)
    if nearest is not None:
        around.adopt(*present[nearest], "reference")
    return [reference for reference in references if reference not in present]


def _named_by_others(
    connection: Connection, post: Mapping[str, Any], missing: list[str], around: Neighbours
) -> None:
    """Posts that name this one, or that name the same ancestor which has not come."""
    rows = connection.execute(
        _NAMING,
        {"community_id": post["community_id"], "message_ids": [post["message_id"], *missing]},
    )
    for message_id, thread_id in rows:
        around.threads.add(thread_id)
        around.disturbs |= message_id == post["message_id"]


def _by_conversation(connection: Connection, post: Mapping[str, Any], around: Neighbours) -> None:
    own: bytes = post["thread_index"]
    best: tuple[int, int, bytes] | None = None
    for post_id, thread_id, index in connection.execute(_CONVERSATION, post):
        around.threads.add(thread_id)
        if len(index) > len(own):
            around.disturbs |= index.startswith(own)
        elif len(index) == len(own) or not own.startswith(index):
            continue
        elif best is None or len(index) > len(best[2]):
            best = (post_id, thread_id, index)
    if best is not None:
        around.adopt(best[0], best[1], "index")
