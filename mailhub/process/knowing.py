"""What the rules ask of the database, looked up for a whole group of mails, and only where a setting of
one of its communities asks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from mailhub.models import Community, Membership, Post, Thread

HOUR = timedelta(hours=1)
_WITH_CLOSED = (
    select(Thread.community_id)
    .where(
        Thread.closed_at.is_not(None),
        Thread.community_id.in_(bindparam("communities", expanding=True)),
    )
    .distinct()
)
_THIS_HOUR = (
    select(Post.community_id, func.coalesce(Post.author_id, 0), func.count())
    .where(
        Post.community_id.in_(bindparam("communities", expanding=True)),
        Post.received_at > bindparam("since"),
        Post.author_id.in_(bindparam("people", expanding=True)),
    )
    .group_by(Post.community_id, Post.author_id)
)
_FIRST = select(func.count()).select_from(
    select(Post.id)
    .where(Post.author_id == bindparam("person"), Post.community_id == bindparam("community"))
    .limit(bindparam("most"))
    .subquery()
)


@dataclass(slots=True)
class Known:
    """What is known of a group's communities and authors, by (community, person)."""

    posts: dict[tuple[int, int], int] = field(default_factory=dict)
    this_hour: dict[tuple[int, int], int] = field(default_factory=dict)
    with_closed: frozenset[int] = frozenset()  # communities that have a closed discussion


def know(
    session: Session,
    communities: Sequence[Community],
    memberships: Collection[Membership],
    now: datetime,
) -> Known:
    """Look up what the rules of these communities ask of these authors."""
    known = Known()
    if not communities:
        return known
    ids = [community.id for community in communities]
    known.with_closed = frozenset(session.scalars(_WITH_CLOSED, {"communities": ids}))
    limited = {c.id for c in communities if c.posts_per_hour}
    people = {m.person_id for m in memberships if m.community_id in limited}
    if people:
        given = {"communities": list(limited), "people": list(people), "since": now - HOUR}
        rows = session.execute(_THIS_HOUR, given)
        known.this_hour = {(community, person): count for community, person, count in rows}
    first = {c.id: c.first_posts for c in communities if c.first_posts}
    for member in memberships:
        if member.community_id in first:
            given = {
                "person": member.person_id,
                "community": member.community_id,
                "most": first[member.community_id],
            }
            key = (member.community_id, member.person_id)
            known.posts[key] = session.scalar(_FIRST, given) or 0
    return known
