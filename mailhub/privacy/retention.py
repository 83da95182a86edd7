"""Retention: what a community keeps no longer. Its facilitators are told a week before the first time, and
again whenever the period is made another.

A post that is older goes whole, with its raw mail and the papers that no younger post has; where younger
answers hang on it, a tombstone stays. Papers that were filed without a post stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import forum, library, membership, notes
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.models import Community, Post
from mailhub.notes import Desk, Note
from mailhub.privacy import posts, tombstones
from mailhub.site import Site

NOTICE = timedelta(days=7)  # between telling and doing
BATCH = 50
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Due:
    """What a community has that is older than it keeps. `since` is the day from which it goes, None
    where its facilitators have not been told yet."""

    before: datetime
    posts: int
    tombstones: int  # of the posts: those that answers hang on
    since: datetime | None


@dataclass(slots=True)
class _Done:
    posts: int = 0
    tombstones: int = 0
    hashes: set[str] = field(default_factory=set)


def due(session: Session, community: Community, now: datetime) -> Due | None:
    """What would go now; None where all is kept for ever."""
    if not community.retention:
        return None
    before = now - timedelta(days=community.retention)
    rows = session.execute(
        select(Post.id, Post.parent_id, Post.received_at, Post.gone)
        .where(Post.community_id == community.id)
        .order_by(Post.received_at.desc())
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    stays: set[int] = set()
    for row in rows:
        above = row.parent_id if row.received_at >= before else None
        while above is not None and above not in stays:
            stays.add(above)
            above = parents.get(above)
    old = {row.id: row.gone for row in rows if row.received_at < before}
    goes = [post for post, gone in old.items() if post not in stays or gone != EXPIRED]
    told = community.retention_told_at
    return Due(before, len(goes), len(stays & set(goes)), told + NOTICE if told else None)


def tell(session: Session, desk: Desk, stewards: Sequence[str], now: datetime) -> None:
    """Tell the facilitators of each community whose posts would go for the first time."""
    for community in session.scalars(
        select(Community).where(Community.retention > 0, Community.retention_told_at.is_(None))
    ):
        found = due(session, community, now)
        if found is None or not found.posts:
            continue
        community.retention_told_at = now
        people = membership.facilitators(session, community.id)
        told = [
            Note(
                "retention",
                address,
                community,
                {"due": found, "days": community.retention, "day": now + NOTICE},
                person_id,
                cause=("retention", community.slug),
                automatic=False,
                duty=True,
            )
            for address, person_id in people or [(address, None) for address in stewards]
        ]
        notes.send(session, desk, told, now)


def enforce(
    database: Database, blobs: Blobs, site: Site, community_id: int, now: datetime
) -> tuple[int, int]:
    """End what one community keeps no longer; (posts that went, tombstones that stand). Each batch is a
    transaction, in which the community is locked as for a mail to it."""
    done = _Done()
    with database.reading() as session:
        community = session.get(Community, community_id)
        before = now - timedelta(days=community.retention if community else 0)
        # The latest first, so that what hangs on others goes before them.
        ids = session.scalars(
            select(Post.id)
            .where(Post.community_id == community_id, Post.received_at < before)
            .order_by(Post.received_at.desc(), Post.id.desc())
        ).all()
    for start in range(0, len(ids), BATCH):
        if not _batch(database, site, community_id, ids[start : start + BATCH], now, done):
            break
    library.drop_blobs(database, blobs, done.hashes, now)
    return done.posts, done.tombstones


def due_communities(session: Session, now: datetime) -> Sequence[int]:
    """Those whose facilitators were told long enough ago."""
    return session.scalars(
        select(Community.id).where(
            Community.retention > 0, Community.retention_told_at <= now - NOTICE
        )
    ).all()


def _batch(
    database: Database,
    site: Site,
    community_id: int,
    ids: Sequence[int],
    now: datetime,
    done: _Done,
) -> bool:
    """End some posts; False where somebody has set the period anew meanwhile."""
    with database.writing() as session:
        community = session.get(Community, community_id, with_for_update={"key_share": True})
        told = community.retention_told_at if community else None
        if community is None or not community.retention or told is None or told > now - NOTICE:
            return False
        before = now - timedelta(days=community.retention)
        some = session.scalars(
            select(Post.id).where(Post.id.in_(ids), Post.received_at < before)
        ).all()
        whole = forum.childless(session, some)
        standing = set(
            session.scalars(
                select(Post.id).where(Post.id.in_(set(some) - whole), Post.gone != EXPIRED)
            )
        )
        done.hashes |= library.remove(session, library.of_posts(session, some))
        if whole:
            posts.take_away(session, whole)
        if standing:
            posts.take_words(
                session, site, standing, EXPIRED, words=lambda said: tombstones.text(EXPIRED)
            )
        done.posts += len(whole)
        done.tombstones += len(standing)
    return True
