"""What stands around a post that is about to be filed: a few look-ups by index, built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select

from mailhub.forum import late
from mailhub.forum.late import Child, Waited
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
_ANSWERED = select(_post.c.thread_id).where(_IN_COMMUNITY, _post.c.id == bindparam("answered_id"))
_CONVERSATION = (
    select(
        _post.c.id,
        _post.c.thread_id,
        _post.c.thread_index,
        _post.c.parent_id,
        _post.c.parent_by,
    )
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
# An answer hangs on the latest before it, so that a late post can only come between it and the next.
_NEXT = (
    select(
        _post.c.id,
        _post.c.thread_id,
        _post.c.received_at,
        _post.c.is_reply,
        _post.c.content_hash,
        _post.c.parent_id,
        _post.c.parent_by,
    )
    .where(
        _SAME_SUBJECT,
        _post.c.received_at <= bindparam("closes"),
        or_(
            _post.c.received_at > bindparam("received_at"),
            and_(
                _post.c.received_at == bindparam("received_at"),
                or_(
                    _post.c.is_reply > bindparam("is_reply"),
                    and_(
                        _post.c.is_reply == bindparam("is_reply"),
                        _post.c.content_hash >= bindparam("content_hash"),
                    ),
                ),
            ),
        ),
    )
    .order_by(*_AGE)
    .limit(2)
)


@dataclass(slots=True)
class Neighbours:
    """The parent that a post finds, the posts that are there already and take it for theirs, and the
    threads that become one by it. `unsure`: more may change, and only building those threads anew
    tells what."""

    parent_id: int | None = None
    parent_by: str = ""
    parent_thread: int | None = None
    children: dict[int, Child] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    unsure: bool = False

    @property
    def parent(self) -> tuple[int, int] | None:
        """The parent with its thread."""
        if self.parent_id is None or self.parent_thread is None:
            return None
        return self.parent_id, self.parent_thread

    def disturb(self, threads: Iterable[int]) -> None:
        """Posts in these threads may change by this one."""
        for thread_id in threads:
            self.threads.add(thread_id)
            self.unsure = True

    def adopt(self, parent_id: int, thread_id: int, way: str) -> None:
        """Take a parent, unless a better way has found one."""
        self.threads.add(thread_id)
        if self.parent_id is None:
            self.parent_id, self.parent_by, self.parent_thread = parent_id, way, thread_id

    def take(self, row: Any, way: str) -> None:
        """A post takes this one for its parent, unless a better way has found it."""
        self.threads.add(row.thread_id)
        self.children.setdefault(row.id, Child(row.id, row.thread_id, row.parent_id, way))


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
    waited = late.naming(connection, post)
    around.children.update(waited.children)
    around.threads.update(child.thread_id for child in waited.children.values())
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
            _before_the_next(connection, post, window, around)
    if missing:
        # Who waits for an absent post is with all that name it.
        around.threads |= late.threads_of_absent(
            connection, post["community_id"], missing, all_of_them=around.parent_id is None
        )
    if around.children and not around.unsure:
        waited = Waited(waited.naming, around.children)
        around.unsure = not late.is_all(
            connection, post, missing, around.parent, waited, around.threads
        )
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


def _by_conversation(connection: Connection, post: Mapping[str, Any], around: Neighbours) -> None:
    own: bytes = post["thread_index"]
    best: tuple[int, int, bytes] | None = None
    rows = connection.execute(_CONVERSATION, post).all()
    indexes = {row.id: row.thread_index for row in rows}
    has_twin = own in indexes.values()
    for row in rows:
        index: bytes = row.thread_index
        around.threads.add(row.thread_id)
        if len(index) > len(own):
            if index.startswith(own) and _hangs_farther(row, len(own), indexes):
                around.take(row, "index")
                around.unsure |= has_twin  # the older of the two has the answers
        elif len(index) == len(own) or not own.startswith(index):
            continue
        elif best is None or len(index) > len(best[2]):
            best = (row.id, row.thread_id, index)
    if best is not None:
        around.adopt(best[0], best[1], "index")


def _hangs_farther(row: Any, length: int, indexes: Mapping[int, bytes]) -> bool:
    """Whether a post hangs on what is farther than an index of this length, or goes by less."""
    if row.parent_by == "index":
        return len(indexes.get(row.parent_id, b"")) <= length
    return row.parent_by in ("", "subject", "circle")


def _before_the_next(
    connection: Connection, post: Mapping[str, Any], window: timedelta, around: Neighbours
) -> None:
    """The next post of the same subject hangs on this one, where it is an answer that has nothing
    better. Of two at one moment only building anew can tell."""
    closes = {**post, "closes": post["received_at"] + window}
    rows = connection.execute(_NEXT, closes).all()
    if not rows:
        return
    moments = [(post["received_at"], post["is_reply"], post["content_hash"])]
    moments += [(row.received_at, row.is_reply, row.content_hash) for row in rows]
    if len(set(moments)) < len(moments):
        around.disturb(row.thread_id for row in rows)
    elif rows[0].is_reply and rows[0].parent_by in ("", "subject", "circle"):
        around.take(rows[0], "subject")
