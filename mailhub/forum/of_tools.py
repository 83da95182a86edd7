"""Threads that are a tool's: which of them a letter answers."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from mailhub.forum import parents
from mailhub.letter import Letter
from mailhub.models import Community, Post, Thread

_BY_ID = (
    select(Thread.tool)
    .join(Post, Post.thread_id == Thread.id)
    .where(Post.community_id == bindparam("community"), Post.id == bindparam("post"))
)
_BY_NAME = (
    select(Post.message_id, Thread.tool)
    .join(Post, Post.thread_id == Thread.id)
    .where(
        Post.community_id == bindparam("community"),
        Post.message_id.in_(bindparam("names", expanding=True)),
    )
)


def tool_answered(
    session: Session, community: Community, letter: Letter, answered_id: int | None = None
) -> str:
    """The tool of whose threads a letter answers a post; "" where it answers none, or one of a discussion.
    `answered_id` is the post whose token stood in the address."""
    if not community.arranged:
        return ""  # no tool has a thread here
    named = parents.references_of(letter)
    if named:
        rows = session.execute(_BY_NAME, {"community": community.id, "names": named})
        found: dict[str, str] = {row.message_id: row.tool for row in rows}
        for name in named:
            if name in found:
                return found[name]
    if answered_id is None:
        return ""
    return session.scalar(_BY_ID, {"community": community.id, "post": answered_id}) or ""
