"""What the monthly report tells of a community: who came and went, what was written, how long questions waited
for their first answer, which wait still, which papers were read most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from mailhub import library
from mailhub.models import Change, Community, Membership, Post, Thread

WEEKS = 12  # in the chart
LISTED = 10
PATIENCE = timedelta(days=2)  # before a question counts as one without an answer
READ = 5  # papers that were read most


@dataclass(frozen=True, slots=True)
class Month:
    """The month that a report is about."""

    name: date  # its first day
    since: datetime
    until: datetime


def figures(session: Session, community: Community, due: Month) -> dict[str, Any]:
    """All that the report tells."""
    came, went = (_changes(session, community, due, what) for what in ("joined", "left"))
    posts = session.scalar(
        select(func.count()).where(
            Post.community_id == community.id,
            Post.received_at >= due.since,
            Post.received_at < due.until,
            Post.gone == "",
        )
    )
    threads = _threads(session, community, due)
    waits = [
        (answered - begun).total_seconds()
        for _, begun, answered, _ in threads
        if answered is not None
    ]
    without = [
        subject
        for subject, begun, answered, _ in threads
        if answered is None and begun < due.until - PATIENCE
    ]
    most = sorted(threads, key=lambda one: -one[3])[:3]
    members = session.scalar(select(func.count()).where(Membership.community_id == community.id))
    return {
        "month": due.name,
        "members": members or 0,
        "came": came,
        "went": went,
        "posts": posts or 0,
        "begun": len(threads),
        "answered": len(waits),
        "wait": _spoken(timedelta(seconds=median(waits))) if waits else None,
        "without": without[:LISTED],
        "without_more": max(0, len(without) - LISTED),
        "most": [(subject, count) for subject, _, _, count in most if count > 1],
        "read": library.reading.most_read(session, community.id, due.name, READ),
        "weeks": _weeks(session, community, due),
        "happened": bool(posts or came or went),
    }


def _changes(session: Session, community: Community, due: Month, what: str) -> int:
    counted = select(func.count()).where(
        Change.community_id == community.id,
        Change.of == "membership",
        Change.what == what,
        Change.undone_at.is_(None),
        Change.at >= due.since,
        Change.at < due.until,
    )
    return session.scalar(counted) or 0


def _threads(
    session: Session, community: Community, due: Month
) -> Sequence[tuple[str, datetime, datetime | None, int]]:
    """(subject, when it began, when somebody else first answered, how many posts) of each discussion that
    began in the month."""
    first, other = aliased(Post), aliased(Post)
    answered = (
        select(func.min(other.received_at, type_=Post.received_at.type))
        .where(
            other.thread_id == Thread.id,
            other.received_at > first.received_at,
            other.author_address != first.author_address,
        )
        .correlate(Thread, first)
        .scalar_subquery()
    )
    begins = (
        select(func.min(other.id))
        .where(other.thread_id == Thread.id, other.received_at == Thread.started_at)
        .correlate(Thread)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Thread.subject, Thread.started_at, answered, Thread.post_count)
        .join(first, first.id == begins)
        .where(
            Thread.community_id == community.id,
            Thread.post_count > 0,
            Thread.tool == "",  # a blog's entries ask nobody
            Thread.started_at >= due.since,
            Thread.started_at < due.until,
        )
        .order_by(Thread.started_at)
    )
    return [(subject, begun, answer, count) for subject, begun, answer, count in rows]


def _weeks(session: Session, community: Community, due: Month) -> list[dict[str, Any]]:
    """What was written in each of the last WEEKS weeks."""
    start = due.until - timedelta(weeks=WEEKS)
    rows = session.execute(
        select(Post.received_at, Post.parent_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.tool == "",
            Post.community_id == community.id,
            Post.received_at >= start,
            Post.received_at < due.until,
            Post.gone == "",
        )
    ).all()
    found = [
        {"week": (start + timedelta(weeks=n)).date(), "begun": 0, "answers": 0}
        for n in range(WEEKS)
    ]
    for at, parent in rows:
        week = found[min(WEEKS - 1, (at - start) // timedelta(weeks=1))]
        week["answers" if parent else "begun"] += 1  # type: ignore[operator]
    return found


def _spoken(wait: timedelta) -> str:
    """ "3 hours", "2 days": how long, roughly; a number and a unit for the template."""
    hours = wait / timedelta(hours=1)
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"
