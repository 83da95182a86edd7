"""Filing a letter as a post: once, whatever is redelivered, in the thread where it belongs.

This is the hub's hottest path. Its statements are built once and run on the bare connection; the
bodies of many posts go in together (`keep_bodies`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from mailhub.forum import neighbours, parents, rebuilding, subjects
from mailhub.letter import Letter
from mailhub.models import Community, Post, PostBody, PostReference, Thread

CONVERSATION_OCTETS = 22  # the head of a Thread-Index, the same in all its answers
MAX_INDEX_OCTETS = 500

_post = Post.__table__
_OF_THESE_IDS = select(_post.c.id, _post.c.message_id, _post.c.content_hash).where(
    _post.c.community_id == bindparam("community_id"),
    _post.c.message_id.in_(bindparam("message_ids", expanding=True)),
)
_INSERT_POST = insert(Post)
_INSERT_THREAD = insert(Thread)
_INSERT_REFERENCE = insert(PostReference)
_INSERT_BODY = insert(PostBody)
_GROW_THREAD = (
    update(Thread)
    .where(Thread.id == bindparam("thread"))
    .values(
        post_count=Thread.post_count + 1,
        last_at=case((Thread.last_at < bindparam("at"), bindparam("at")), else_=Thread.last_at),
        subject=case(
            (Thread.started_at > bindparam("at"), bindparam("new_subject")),
            else_=Thread.subject,
        ),
        started_at=case(
            (Thread.started_at > bindparam("at"), bindparam("at")), else_=Thread.started_at
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A post as it stands, and whether it is new or was there already.

    `claimed_id` is the mail's own Message-ID, which differs where another mail had it first.
    """

    post_id: int
    message_id: str
    claimed_id: str
    content_hash: str
    is_new: bool


def file(
    session: Session,
    community: Community,
    letter: Letter,
    *,
    inbound_id: int,
    received_at: datetime,
    author_id: int | None,
    answered_id: int | None = None,
) -> Filed:
    """Make a letter a post of this community, in its thread; its body is the caller's to keep.

    The same mail again gives the post that is there. Another mail under an id that is taken gets an
    id of its own; the claimed one stays beside it. `answered_id` is the post whose token stood in
    the address. The caller holds the community's lock.
    """
    connection = session.connection()
    own_id = f"{letter.content_hash[:40]}@mailhub.invalid"
    message_id, taken = letter.message_id, False
    for post_id, present_id, content_hash in connection.execute(
        _OF_THESE_IDS, {"community_id": community.id, "message_ids": [message_id, own_id]}
    ):
        if content_hash == letter.content_hash:
            return Filed(post_id, present_id, message_id, content_hash, is_new=False)
        taken |= present_id == message_id
    subject_key, is_reply = subjects.key(letter.subject)
    thread_index = letter.thread_index[:MAX_INDEX_OCTETS]
    values: dict[str, Any] = {
        "community_id": community.id,
        "inbound_id": inbound_id,
        "message_id": own_id if taken else message_id,
        "claimed_message_id": message_id if taken else "",
        "id_is_made": letter.message_id_made,
        "content_hash": letter.content_hash,
        "author_id": author_id,
        "author_name": letter.author.name,
        "author_address": letter.author.address,
        "subject": letter.subject,
        "received_at": received_at,
        "claimed_date": letter.claimed_date,
        "subject_key": subject_key,
        "is_reply": is_reply,
        "answered_id": answered_id,
        "conversation": thread_index[:CONVERSATION_OCTETS].hex(),
        "thread_index": thread_index,
    }
    post_id = _place(session, connection, community, values, parents.references_of(letter))
    if community.last_post_at is None or community.last_post_at < received_at:
        community.last_post_at = received_at
    return Filed(post_id, values["message_id"], message_id, letter.content_hash, is_new=True)


def keep_bodies(session: Session, bodies: Iterable[tuple[int, Letter]]) -> None:
    """Keep the words of the posts of these ids."""
    rows = [
        {
            "post_id": post_id,
            "text": letter.text,
            "new_text": letter.new_text,
            "html": letter.html,
        }
        for post_id, letter in bodies
    ]
    if rows:
        session.connection().execute(_INSERT_BODY, rows)


def _place(
    session: Session,
    connection: Connection,
    community: Community,
    values: dict[str, Any],
    references: list[str],
) -> int:
    """Add the post with its parent and its thread; its id.

    The usual post, which comes after those that it answers, costs a few look-ups. Any other may
    change the parents of posts that are there: then the threads concerned are built anew.
    """
    window = timedelta(days=community.subject_window)
    around = neighbours.of(connection, values, references, window, community.last_post_at)
    usual = not around.disturbs and len(around.threads) <= 1
    at = values["received_at"]
    if usual and around.threads:
        (thread_id,) = around.threads
        connection.execute(
            _GROW_THREAD, {"thread": thread_id, "at": at, "new_subject": values["subject"]}
        )
    else:
        thread_id = _key_of(
            connection.execute(
                _INSERT_THREAD,
                {
                    "community_id": community.id,
                    "subject": values["subject"],
                    "started_at": at,
                    "last_at": at,
                    "post_count": 1,
                },
            )
        )
    values |= {
        "thread_id": thread_id,
        "parent_id": around.parent_id,
        "parent_by": around.parent_by,
    }
    post_id = _key_of(connection.execute(_INSERT_POST, values))
    if references:
        connection.execute(
            _INSERT_REFERENCE,
            [
                {
                    "post_id": post_id,
                    "rank": rank,
                    "community_id": community.id,
                    "message_id": reference,
                }
                for rank, reference in enumerate(references)
            ],
        )
    if not usual:
        rebuilding.rebuild(session, community.id, {*around.threads, thread_id}, window)
    return post_id


def _key_of(result: Any) -> int:
    key: int = result.inserted_primary_key[0]
    return key
