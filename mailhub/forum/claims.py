"""Who has a Message-ID that several mails claim: the one that was received first.

Any other has an id of ours, made of the claimed one and its content, the same each time. Only where
mails are filed out of order does one give its id up to an older; one that has gone out under its id
keeps it, since answers name it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from mailhub.models import Outgoing, Post, PostReference

_post = Post.__table__
_CLAIMANTS = select(
    _post.c.id,
    _post.c.thread_id,
    _post.c.message_id,
    _post.c.claimed_message_id,
    _post.c.content_hash,
    _post.c.received_at,
    _post.c.thread_index,
).where(
    _post.c.community_id == bindparam("community_id"),
    _post.c.message_id.in_((bindparam("claimed"), bindparam("own"))),
)
_GONE_OUT = select(Outgoing.id).where(Outgoing.post_id == bindparam("post")).limit(1)
_NAMING = (
    select(Post.thread_id)
    .join(PostReference, PostReference.post_id == Post.id)
    .where(
        PostReference.community_id == bindparam("community_id"),
        PostReference.message_id == bindparam("message_id"),
    )
    .distinct()
)
_RENAME = (
    update(Post)
    .where(Post.id == bindparam("post"))
    .values(message_id=bindparam("own"), claimed_message_id=bindparam("claimed"))
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An id that a mail claims in a community, and the posts that it meets there by their ids."""

    community_id: int
    message_id: str
    content_hash: str
    own_id: str  # what the mail has where another has the claimed one
    met: Mapping[str, Any]

    @property
    def same(self) -> Any | None:
        """The post that is this very mail, where it is there already."""
        same = (row for row in self.met.values() if row.content_hash == self.content_hash)
        return next(same, None)


def made(connection: Connection, community_id: int, message_id: str, content_hash: str) -> Claim:
    """The claim of a mail, with what it meets."""
    own = _own_id(message_id, content_hash)
    rows = connection.execute(
        _CLAIMANTS, {"community_id": community_id, "claimed": message_id, "own": own}
    )
    return Claim(community_id, message_id, content_hash, own, {row.message_id: row for row in rows})


def settled(connection: Connection, claim: Claim, received_at: datetime) -> tuple[str, set[int]]:
    """(the id that the mail gets, the threads that change since another post gives it up)."""
    threads: set[int] = set()
    others = {i: row for i, row in claim.met.items() if row.content_hash != claim.content_hash}
    if forged := others.get(claim.own_id):
        threads |= _give_up(connection, claim.community_id, forged)
    holder = others.get(claim.message_id)
    if holder is None:
        return claim.message_id, threads
    first = (holder.received_at, holder.content_hash) < (received_at, claim.content_hash)
    if first or holder.claimed_message_id or has_gone_out(connection, holder.id):
        return claim.own_id, threads
    return claim.message_id, threads | _give_up(connection, claim.community_id, holder)


def has_gone_out(connection: Connection, post_id: int) -> bool:
    """Whether a post was mailed to members: what they have of it cannot be changed any more."""
    return connection.scalar(_GONE_OUT, {"post": post_id}) is not None


def _own_id(message_id: str, content_hash: str) -> str:
    digest = hashlib.sha256(f"{content_hash} {message_id}".encode()).hexdigest()
    return f"{digest[:40]}@mailhub.invalid"


def _give_up(connection: Connection, community_id: int, row: Any) -> set[int]:
    own = _own_id(row.message_id, row.content_hash)
    connection.execute(_RENAME, {"post": row.id, "own": own, "claimed": row.message_id})
    waiting = connection.scalars(_NAMING, {"community_id": community_id, "message_id": own})
    return {row.thread_id, *waiting}
