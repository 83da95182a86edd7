"""The same mail again. A post stands on the copy that was received first: the other copy is older
only where an archive is filed out of order. One that has gone out stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from mailhub.forum import claims, neighbours
from mailhub.forum.claims import Claim
from mailhub.models import Post, PostReference

_REFERENCES = (
    select(PostReference.message_id)
    .where(PostReference.post_id == bindparam("post"))
    .order_by(PostReference.rank)
)
_DROP_REFERENCES = delete(PostReference).where(PostReference.post_id == bindparam("post"))
_SAME_SUBJECT = (
    select(Post.thread_id)
    .where(
        Post.community_id == bindparam("community_id"),
        Post.subject_key == bindparam("subject_key"),
        Post.received_at.between(bindparam("opens"), bindparam("closes")),
    )
    .distinct()
)
_TAKEN_FROM_THE_COPY = (
    "message_id", "claimed_message_id", "inbound_id", "received_at", "conversation", "thread_index",
)  # fmt: skip
_STAND_ON = (
    update(Post)
    .where(Post.id == bindparam("post"))
    .values({name: bindparam(f"new_{name}") for name in _TAKEN_FROM_THE_COPY})
)


def is_earlier(
    connection: Connection, present: Any, values: dict[str, Any], references: list[str]
) -> bool:
    """Whether a copy was received before the one on which its post stands; of two received at once,
    the one that says more of its ancestors counts as the first."""
    at = values["received_at"]
    if present.received_at < at or claims.has_gone_out(connection, present.id):
        return False
    before = list(connection.scalars(_REFERENCES, {"post": present.id}))
    standing = (present.received_at, -len(before), before, present.thread_index)
    return (at, -len(references), references, values["thread_index"]) < standing


def stand_on(
    connection: Connection,
    present: Any,
    claim: Claim,
    values: dict[str, Any],
    references: list[str],
    window: timedelta,
) -> tuple[str, set[int]]:
    """Let a post stand on another copy, whose columns are `values`; (its id now, the threads that
    have to be built anew)."""
    message_id, threads = claims.settled(connection, claim, values["received_at"])
    values = {
        **values,
        "message_id": message_id,
        "claimed_message_id": "" if message_id == claim.message_id else claim.message_id,
    }
    threads |= neighbours.of(connection, values, references, window, present.received_at).threads
    if values["subject_key"]:
        # Answers that hung on it by its subject may hang on any other of these now.
        around = {"opens": values["received_at"] - window, "closes": present.received_at + window}
        threads.update(connection.scalars(_SAME_SUBJECT, {**values, **around}))
    connection.execute(
        _STAND_ON,
        {"post": present.id} | {f"new_{name}": values[name] for name in _TAKEN_FROM_THE_COPY},
    )
    connection.execute(_DROP_REFERENCES, {"post": present.id})
    return message_id, {present.thread_id, *threads}
