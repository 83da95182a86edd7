"""Following an author: who does, since when; and who gets what is new at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from mailhub.blog.tables import Follow
from mailhub.membership import trail
from mailhub.membership.trail import By
from mailhub.models import Community, Membership, Person, Post, Thread

NAME = "blog"
MOST_LISTED = 50
MOST_WORDS = 6


def follow(
    session: Session, community: Community, person_id: int, author_id: int, now: datetime, *, by: By
) -> bool:
    """Let a member get an author's entries at once; whether that is new."""
    if session.get(Follow, (community.id, author_id, person_id)) is not None:
        return False
    session.add(
        Follow(community_id=community.id, author_id=author_id, person_id=person_id, since=now)
    )
    _keep(session, community, person_id, author_id, "follows", by, now)
    return True


def unfollow(
    session: Session, community: Community, person_id: int, author_id: int, now: datetime, *, by: By
) -> bool:
    """Let a member get an author's entries in digests alone; whether they got them at once."""
    row = session.get(Follow, (community.id, author_id, person_id))
    if row is None:
        return False
    session.delete(row)
    _keep(session, community, person_id, author_id, "follows-no-more", by, now)
    return True


def takers(session: Session, post_id: int) -> set[int]:
    """Who asked for an entry: those who follow its author. For a comment: its entry's author, those who
    follow them, and who has commented before."""
    thread = session.execute(
        select(Thread.id, Thread.community_id)
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.id == post_id)
    ).one()
    entry = session.execute(entries().where(Post.thread_id == thread.id)).first()
    if entry is None:
        return set()
    found = followers(session, thread.community_id, entry.author_id or 0)
    if entry.id != post_id:
        wrote = select(Post.author_id).where(Post.thread_id == thread.id).distinct()
        found |= {one for one in session.scalars(wrote) if one is not None}
    return found


def followers(session: Session, community_id: int, author_id: int) -> set[int]:
    """Who follows an author in a community; members as they may have been."""
    return set(
        session.scalars(
            select(Follow.person_id).where(
                Follow.community_id == community_id, Follow.author_id == author_id
            )
        )
    )


def followed(session: Session, community_id: int, person_id: int) -> Sequence[Person]:
    """Whom a member follows there, by name."""
    return session.scalars(
        select(Person)
        .join(Follow, Follow.author_id == Person.id)
        .where(Follow.community_id == community_id, Follow.person_id == person_id)
        .order_by(func.lower(Person.name))
        .limit(MOST_LISTED)
    ).all()


def authors(session: Session, community_id: int) -> Sequence[tuple[Person, int]]:
    """Who has written a blog there, with the number of their entries, the latest first."""
    found = (
        select(Person, func.count(Thread.id))
        .join(Post, Post.author_id == Person.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.community_id == community_id,
            Thread.tool == NAME,
            Post.parent_id.is_(None),
            Post.gone == "",
        )
        .group_by(Person.id)
        .order_by(func.max(Thread.started_at).desc())
        .limit(MOST_LISTED)
    )
    return [(person, count) for person, count in session.execute(found)]


def named(session: Session, community_id: int, words: str) -> Sequence[Person]:
    """The members who may be meant by a name, or by an address: those who have all its words in their name,
    and if there are such, those of them alone who write a blog there."""
    found = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.community_id == community_id)
        .order_by(func.lower(Person.name), Person.id)
    )
    for word in words.casefold().split()[:MOST_WORDS]:
        found = found.where((func.lower(Person.name) + " ").contains(f"{word}", autoescape=True))
    people = session.scalars(found.limit(MOST_LISTED)).all()
    exact = [one for one in people if one.name.casefold() == " ".join(words.casefold().split())]
    writing = {person.id for person, _ in authors(session, community_id)}
    return exact or [one for one in people if one.id in writing] or people


def entries() -> Select[int, int | None, int]:
    """The posts that began a thread of the blog."""
    return (
        select(Post.id, Post.author_id, Post.thread_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.tool == NAME, Post.parent_id.is_(None))
        .order_by(Post.received_at, Post.id)
    )


def my_data(session: Session, people: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Whom these people follow, and where."""
    rows = session.execute(
        select(Community.slug, Person.name, Follow.since)
        .select_from(Follow)
        .join(Community, Community.id == Follow.community_id)
        .join(Person, Person.id == Follow.author_id)
        .where(Follow.person_id.in_(people))
        .order_by(Community.slug, Person.name)
    )
    return {
        "blogs_followed": [
            {"community": slug, "author": name, "since": since} for slug, name, since in rows
        ]
    }


def forget(session: Session, people: Sequence[int]) -> None:
    """Nobody follows these people any more, nor they anybody."""
    session.execute(
        delete(Follow).where(Follow.person_id.in_(people) | Follow.author_id.in_(people))
    )


def merged(session: Session, other: int, person: int) -> None:
    """Two people turned out to be one: whom `other` followed `person` follows, and who followed the one
    follows the other; nobody follows themselves."""
    rows = session.scalars(
        select(Follow).where((Follow.person_id == other) | (Follow.author_id == other))
    ).all()
    for row in rows:
        author, reader = (person if one == other else one for one in (row.author_id, row.person_id))
        if author != reader and session.get(Follow, (row.community_id, author, reader)) is None:
            session.add(
                Follow(
                    community_id=row.community_id,
                    author_id=author,
                    person_id=reader,
                    since=row.since,
                )
            )
        session.delete(row)
        session.flush()


def _keep(
    session: Session,
    community: Community,
    person_id: int,
    author_id: int,
    what: str,
    by: By,
    now: datetime,
) -> None:
    trail.keep(
        session,
        by,
        now,
        of="blog",
        what=what,
        community_id=community.id,
        person_id=person_id,
        before={},
        after={"author": author_id},
    )
