"""Filing a letter as a post: once, whatever is redelivered, in the thread where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mailhub.forum import neighbours, parents, rebuilding, subjects
from mailhub.letter import Letter
from mailhub.models import Community, Post, PostBody, PostReference, Thread

CONVERSATION_OCTETS = 22  # the head of a Thread-Index, the same in all its answers


@dataclass(frozen=True, slots=True)
class Filed:
    """A post, and whether it is new or was there already."""

    post: Post
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
    """Make a letter a post of this community, in its thread.

    The same mail again gives the post that is there. Another mail under an id that is taken gets an
    id of its own; the claimed one stays beside it. `answered_id` is the post whose token stood in
    the address. The caller holds the community's lock.
    """
    same = session.scalar(
        select(Post).where(
            Post.community_id == community.id,
            Post.message_id.in_((letter.message_id, _own_id(letter))),
            Post.content_hash == letter.content_hash,
        )
    )
    if same:
        return Filed(same, is_new=False)
    taken = session.scalar(
        select(Post.id).where(
            Post.community_id == community.id, Post.message_id == letter.message_id
        )
    )
    subject_key, is_reply = subjects.key(letter.subject)
    post = Post(
        community_id=community.id,
        inbound_id=inbound_id,
        message_id=_own_id(letter) if taken else letter.message_id,
        claimed_message_id=letter.message_id if taken else "",
        id_is_made=letter.message_id_made,
        content_hash=letter.content_hash,
        author_id=author_id,
        author_name=letter.author.name,
        author_address=letter.author.address,
        subject=letter.subject,
        received_at=received_at,
        claimed_date=letter.claimed_date,
        subject_key=subject_key,
        is_reply=is_reply,
        answered_id=answered_id,
        conversation=letter.thread_index[:CONVERSATION_OCTETS].hex(),
        thread_index=letter.thread_index[:500],
    )
    _place(session, community, post, parents.references_of(letter))
    session.execute(
        insert(PostBody).values(
            post_id=post.id, text=letter.text, new_text=letter.new_text, html=letter.html
        )
    )
    if community.last_post_at is None or community.last_post_at < received_at:
        community.last_post_at = received_at
    return Filed(post, is_new=True)


def _own_id(letter: Letter) -> str:
    """The id of a mail whose own is taken by another: from its content, the same each time."""
    return f"{letter.content_hash[:40]}@mailhub.invalid"


def _place(session: Session, community: Community, post: Post, references: list[str]) -> None:
    """Add the post with its parent and its thread.

    The usual post, which comes after those that it answers, costs a few look-ups. Any other may
    change the parents of posts that are there: then the threads concerned are built anew.
    """
    window = timedelta(days=community.subject_window)
    around = neighbours.of(session, post, references, window, community.last_post_at)
    post.parent_id, post.parent_by = around.parent_id, around.parent_by
    threads = sorted(around.threads)
    usual = not around.disturbs and len(threads) <= 1
    thread = session.get(Thread, threads[0]) if usual and threads else None
    if thread is None:
        thread = Thread(
            community_id=post.community_id,
            subject=post.subject,
            started_at=post.received_at,
            last_at=post.received_at,
        )
        session.add(thread)
        session.flush()
    post.thread_id = thread.id
    session.add(post)
    session.flush()
    if references:
        session.execute(
            insert(PostReference),
            [
                {
                    "post_id": post.id,
                    "rank": rank,
                    "community_id": post.community_id,
                    "message_id": reference,
                }
                for rank, reference in enumerate(references)
            ],
        )
    if usual:
        thread.post_count += 1
        if post.received_at < thread.started_at:
            thread.started_at, thread.subject = post.received_at, post.subject
        thread.last_at = max(thread.last_at, post.received_at)
    else:
        rebuilding.rebuild(session, post.community_id, {*threads, thread.id}, window)
