"""Clearing: what the platform itself keeps for a fixed time, and no longer.

Large tables are walked in the order of their ids, which is the order of time, and remember how far: a run
costs as much as has become old since the last. What stops a walk, a row that is not old yet, stops it for
the rows behind it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, aliased

from mailhub.database import Database
from mailhub.models import (
    ActedOn,
    Ailing,
    Change,
    Clearing,
    Delivery,
    Digest,
    DigestPiece,
    Hint,
    Hold,
    Inbound,
    Outcome,
    Outgoing,
    Post,
    RawMail,
    Request,
    Return,
    SignIn,
    Visit,
)
from mailhub.privacy.posts import forget_mails

MAILS = timedelta(days=30)  # that are no posts: commands, robots, returned mail, what was discarded
DELIVERIES = timedelta(days=90)  # who was sent what, and our own mail
REQUESTS = timedelta(days=180)  # since they were asked
RETURNS = timedelta(days=365)
HINTS = timedelta(days=7)
PIECES = timedelta(days=70)  # as long as a digest can be answered
ACTED_ON = timedelta(days=8)  # a day more than a mail counts as brought again
TRAIL = timedelta(days=3 * 365)
SIGN_INS = timedelta(days=2)  # links that nobody can use any more
BATCH = 500
_OVER = ("sent", "failed", "covered", "cancelled")
_FILED = ("filed", "held")  # papers rest on their raw mail; a hold is seen to by itself


def run(database: Database, now: datetime) -> dict[str, int]:
    """Clear all that is old enough; how much of each."""
    done = {
        "mails": _walk(database, "mails", lambda s, after: _mails(s, after, now)),
        "deliveries": _walk(database, "deliveries", lambda s, after: _deliveries(s, after, now)),
        "outgoing": _walk(database, "outgoing", lambda s, after: _outgoing(s, after, now)),
    }
    for name, small in _SMALL:
        with database.writing() as session:
            done[name] = small(session, now)
    return done


def _walk(database: Database, name: str, step: Callable[[Session, int], tuple[int, int]]) -> int:
    """Take steps, each a transaction, until one gets no farther; a step gives (up to which id it has
    seen to the rows, how many it cleared)."""
    cleared = 0
    while True:
        with database.writing() as session:
            row = session.get(Clearing, name, with_for_update=True)
            if row is None:
                row = Clearing(name=name, up_to=0)
                session.add(row)
            up_to, count = step(session, row.up_to)
            cleared += count
            if up_to <= row.up_to:
                return cleared
            row.up_to = up_to


def _mails(session: Session, after: int, now: datetime) -> tuple[int, int]:
    """The bytes of mails that became nothing that is kept."""
    rows = session.execute(
        select(Inbound.id, Inbound.received_at, Inbound.state)
        .where(Inbound.id > after)
        .order_by(Inbound.id)
        .limit(BATCH)
    ).all()
    old = _begin(rows, lambda row: row.received_at < now - MAILS and row.state != "waiting")
    if not old:
        return after, 0
    filed = exists().where(Outcome.inbound_id == Inbound.id, Outcome.what.in_(_FILED))
    ids = session.scalars(
        select(Inbound.id).where(
            Inbound.id.in_(old),
            Inbound.state == "done",
            ~exists().where(Post.inbound_id == Inbound.id),
            ~filed,
        )
    ).all()
    forget_mails(session, ids)
    return old[-1], len(ids)


def _deliveries(session: Session, after: int, now: datetime) -> tuple[int, int]:
    rows = session.execute(
        select(Delivery.id, Delivery.due_at, Delivery.state)
        .where(Delivery.id > after)
        .order_by(Delivery.id)
        .limit(BATCH)
    ).all()
    old = _begin(rows, lambda row: row.due_at < now - DELIVERIES and row.state in _OVER)
    if not old:
        return after, 0
    session.execute(delete(Delivery).where(Delivery.id.in_(old)))
    return old[-1], len(old)


def _outgoing(session: Session, after: int, now: datetime) -> tuple[int, int]:
    """Our own mail, once nothing says any more to whom it went."""
    rows = session.execute(
        select(Outgoing.id, Outgoing.created_at)
        .where(Outgoing.id > after)
        .order_by(Outgoing.id)
        .limit(BATCH)
    ).all()
    old = _begin(rows, lambda row: row.created_at < now - DELIVERIES - timedelta(days=10))
    if not old:
        return after, 0
    ids = session.scalars(
        select(Outgoing.id).where(
            Outgoing.id.in_(old),
            ~exists().where(Delivery.outgoing_id == Outgoing.id),
            ~exists().where(Ailing.probe_id == Outgoing.id),
        )
    ).all()
    session.execute(delete(Outgoing).where(Outgoing.id.in_(ids)))
    return old[-1], len(ids)


def _begin(rows: Sequence[Any], is_old: Callable[[Any], bool]) -> list[int]:
    """The ids of the rows at the beginning that are old."""
    old: list[int] = []
    for row in rows:
        if not is_old(row):
            break
        old.append(row.id)
    return old


def _holds(session: Session, now: datetime) -> int:
    """The mails of holds that were decided against, and wait nowhere else."""
    other = aliased(Hold)
    ids = session.scalars(
        select(Hold.inbound_id)
        .join(RawMail, RawMail.inbound_id == Hold.inbound_id)
        .where(
            Hold.state.in_(("rejected", "discarded", "forwarded", "withdrawn")),
            Hold.acts_at.is_(None),
            Hold.decided_at < now - MAILS,
            ~exists().where(other.inbound_id == Hold.inbound_id, other.state == "waiting"),
            ~exists().where(Post.inbound_id == Hold.inbound_id),
        )
        .limit(BATCH)
    ).all()
    forget_mails(session, ids)
    return len(ids)


def _requests(session: Session, now: datetime) -> int:
    ids = session.scalars(
        select(Request.id)
        .where(Request.asked_at < now - REQUESTS, Request.state != "waiting")
        .limit(BATCH)
    ).all()
    session.execute(delete(Request).where(Request.id.in_(ids)))
    return len(ids)


def _returns(session: Session, now: datetime) -> int:
    ids = session.scalars(select(Return.id).where(Return.at < now - RETURNS).limit(BATCH)).all()
    session.execute(delete(Return).where(Return.id.in_(ids)))
    return len(ids)


def _hints(session: Session, now: datetime) -> int:
    gone = session.execute(delete(Hint).where(Hint.last_at < now - HINTS))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _trail(session: Session, now: datetime) -> int:
    """The trail but for what says that a community or a person came to be."""
    ids = session.scalars(
        select(Change.id)
        .where(Change.at < now - TRAIL, Change.what.not_in(("founded", "agreed", "forgotten")))
        .order_by(Change.id)
        .limit(BATCH)
    ).all()
    session.execute(delete(Change).where(Change.id.in_(ids)))
    return len(ids)


def _visits(session: Session, now: datetime) -> int:
    """Visits that have ended, and links to begin one."""
    gone = session.execute(delete(Visit).where(Visit.ends_at <= now).returning(Visit.id)).all()
    old = delete(SignIn).where(SignIn.made_at < now - SIGN_INS)
    return len(gone) + len(session.execute(old.returning(SignIn.id)).all())


def _acted_on(session: Session, now: datetime) -> int:
    """Of mails that were acted on so long ago that nobody brings them again (`mailhub.process.once`)."""
    gone = session.execute(delete(ActedOn).where(ActedOn.at < now - ACTED_ON))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _digests(session: Session, now: datetime) -> int:
    """Pieces of digests that are too old to be answered, and marks of digests of which no mail is left."""
    gone = delete(DigestPiece).where(DigestPiece.until < now - PIECES)
    count = len(session.execute(gone.returning(DigestPiece.id)).all())
    ids = session.scalars(
        select(Digest.id)
        .where(
            Digest.until < now - DELIVERIES - timedelta(days=10),
            ~exists().where(Outgoing.digest_id == Digest.id),
        )
        .limit(10 * BATCH)
    ).all()
    session.execute(delete(Digest).where(Digest.id.in_(ids)))
    return count + len(ids)


_SMALL: tuple[tuple[str, Callable[[Session, datetime], int]], ...] = (
    ("holds", _holds),
    ("digests", _digests),
    ("requests", _requests),
    ("returns", _returns),
    ("hints", _hints),
    ("acted_on", _acted_on),
    ("trail", _trail),
    ("visits", _visits),
)
