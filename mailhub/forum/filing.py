"""Filing a letter as a post: once, whatever is redelivered, in the thread where it belongs.

This is the hub's hottest path. Its statements are built once and run on the bare connection; the
bodies of many posts go in together (`bodies.keep_bodies`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from mailhub.forum import arranged, claims, copies, joining, late, neighbours, parents
from mailhub.forum.claims import Claim
from mailhub.forum.facts import facts
from mailhub.forum.late import Child
from mailhub.forum.neighbours import Neighbours
from mailhub.forum.rebuilding import Rebuilds
from mailhub.letter import Letter
from mailhub.models import Community, Post, PostReference, Thread

MAX_REBUILT = 1000  # posts that one mail may have built anew

_INSERT_POST = insert(Post)
_INSERT_THREAD = insert(Thread)
_INSERT_REFERENCE = insert(PostReference)
_TOOL = (
    select(Thread.tool).join(Post, Post.thread_id == Thread.id).where(Post.id == bindparam("post"))
)
_GROW_THREAD = (
    update(Thread)
    .where(Thread.id == bindparam("thread"), Thread.started_at < bindparam("at"))
    .values(
        post_count=Thread.post_count + 1,
        last_at=case((Thread.last_at < bindparam("at"), bindparam("at")), else_=Thread.last_at),
    )
)
_HANG_ON = (
    update(Post)
    .where(Post.id.in_(bindparam("ids", expanding=True)))
    .values(parent_id=bindparam("parent"), parent_by=bindparam("way"))
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A post as it stands, and whether it is new or was there already.

    `claimed_id` is the mail's own Message-ID, which differs where another mail had it first.
    `is_earlier`: it was there, but this copy was received before that one, and the post stands on
    this one now.
    """

    post_id: int
    message_id: str
    claimed_id: str
    content_hash: str
    is_new: bool
    is_earlier: bool = False
    tool: str = ""  # whose its thread is


def file(
    session: Session,
    community: Community,
    letter: Letter,
    *,
    inbound_id: int,
    received_at: datetime,
    author_id: int | None,
    answered_id: int | None = None,
    rebuilds: Rebuilds | None = None,
    begins: str = "",
) -> Filed:
    """Make a letter a post of this community, in its thread; its body is the caller's to keep.

    The same mail again gives the post that is there, which stands on the copy received first. Another
    mail under an id that is taken gets an id of its own; the claimed one stays beside it.
    `answered_id` is the post whose token stood in the address. `begins` names the tool of which it begins a
    thread, whatever it answers: one that never becomes one with another. Who files many hands over `rebuilds`,
    and runs them before the transaction ends. The caller holds the community's lock.
    """
    connection = session.connection()
    claim = claims.made(connection, community.id, letter.message_id, letter.content_hash)
    values = facts(community, letter, received_at, answered_id) | {
        "inbound_id": inbound_id,
        "id_is_made": letter.message_id_made,
        "author_id": author_id,
        "author_name": letter.author.name,
        "author_address": letter.author.address,
        "subject": letter.subject,
    }
    references = parents.references_of(letter)
    waiting = Rebuilds() if rebuilds is None else rebuilds
    present = claim.same
    is_earlier = False
    if present is None:
        post_id, message_id = _add(
            connection, community, claim, values, references, waiting, begins
        )
    else:
        post_id, message_id = present.id, present.message_id
        is_earlier = copies.is_earlier(connection, present, values, references)
        if is_earlier:
            message_id, disturbed = copies.stand_on(
                connection, present, claim, values, references, _window(community)
            )
            waiting.add(disturbed)
            _keep_references(connection, community.id, post_id, references)
    if rebuilds is None:
        waiting.run(session, community)
    if community.last_post_at is None or community.last_post_at < received_at:
        community.last_post_at = received_at
    tool = begins or (_tool(connection, post_id) if community.arranged else "")
    return Filed(
        post_id, message_id, claim.message_id, claim.content_hash, present is None, is_earlier, tool
    )


def _add(
    connection: Connection,
    community: Community,
    claim: Claim,
    values: dict[str, Any],
    references: list[str],
    waiting: Rebuilds,
    begins: str,
) -> tuple[int, str]:
    """A new post with these columns, under the id that its claim settles on; (its number, that id)."""
    message_id, disturbed = claims.settled(connection, claim, values["received_at"])
    values["message_id"] = message_id
    values["claimed_message_id"] = "" if message_id == claim.message_id else claim.message_id
    if begins:
        around = Neighbours(parent_by="arranged")
        community.arranged = True
    else:
        around = neighbours.of(
            connection, values, references, _window(community), community.last_post_at
        )
        around.disturb(disturbed)
        if community.arranged:
            arranged.respect(connection, around)
    post_id = _place(connection, values, around, waiting, begins)
    _keep_references(connection, community.id, post_id, references)
    return post_id, message_id


def _window(community: Community) -> timedelta:
    """How far apart two posts may be that are one discussion by their subject alone."""
    return timedelta(days=community.subject_window)


def _tool(connection: Connection, post_id: int) -> str:
    found: str | None = connection.scalar(_TOOL, {"post": post_id})
    return found or ""


def _place(
    connection: Connection,
    values: dict[str, Any],
    around: Neighbours,
    waiting: Rebuilds,
    tool: str,
) -> int:
    """Add the post with its parent and its thread, and let those that waited for it hang on it; its
    id.

    The usual post, which comes after those that it answers, costs a few look-ups; one that comes late
    a few more. Where it is not certain what else changes, the threads are built anew, unless they
    are so long that a stranger could keep us busy with them: they stay together then.
    """
    children = around.children
    if waiting.concern(around.threads):
        around.unsure = True
    elif around.unsure and joining.size(connection, around.threads) > MAX_REBUILT:
        around.unsure = False
        children = late.without_circles(children.values(), around.parent)
    at = values["received_at"]
    begins = False
    if not around.threads:
        thread = _thread_of(values) | ({"tool": tool, "arranged": True} if tool else {})
        thread_id = _key_of(connection.execute(_INSERT_THREAD, thread))
    elif around.unsure:
        thread_id = min(around.threads)
        waiting.add(around.threads)
    elif len(around.threads) == 1:
        (thread_id,) = around.threads
        grown = connection.execute(_GROW_THREAD, {"thread": thread_id, "at": at})
        begins = grown.rowcount == 0  # or another does that was received at the same time
        if begins:
            joining.grow(connection, thread_id, 1, at)
    else:
        thread_id = joining.join(connection, around.threads)
        joining.grow(connection, thread_id, 1, at)
        begins = True
    values |= {
        "thread_id": thread_id,
        "parent_id": around.parent_id,
        "parent_by": around.parent_by,
    }
    post_id = _key_of(connection.execute(_INSERT_POST, values))
    if begins:
        joining.begin(connection, thread_id)
    if not around.unsure:
        for way, ids in _by_way(children).items():
            connection.execute(_HANG_ON, {"ids": ids, "parent": post_id, "way": way})
    return post_id


def _thread_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a thread that begins with this post."""
    return {
        "community_id": values["community_id"],
        "subject": values["subject"],
        "started_at": values["received_at"],
        "last_at": values["received_at"],
        "post_count": 1,
    }


def _by_way(children: Mapping[int, Child]) -> dict[str, list[int]]:
    ways: dict[str, list[int]] = {}
    for child in children.values():
        ways.setdefault(child.way, []).append(child.id)
    return ways


def _keep_references(
    connection: Connection, community_id: int, post_id: int, references: list[str]
) -> None:
    rows = [
        {
            "post_id": post_id,
            "rank": rank,
            "community_id": community_id,
            "message_id": reference,
        }
        for rank, reference in enumerate(references)
    ]
    if rows:
        connection.execute(_INSERT_REFERENCE, rows)


def _key_of(result: Any) -> int:
    key: int = result.inserted_primary_key[0]
    return key
