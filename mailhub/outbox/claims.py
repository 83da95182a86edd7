"""Claims: whose a delivery is just now. An owner claims what is due, marks as sending what it begins,
and what an owner leaves behind is queued again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from mailhub.models import Delivery, Digest, Membership, Outgoing, constant
from mailhub.outbox.everybody import is_wanted as newsletter_is_wanted
from mailhub.outbox.outcomes import SENT

LEASE = timedelta(minutes=10)  # longer than the courier's patience
MAY_BE_DUE = Delivery.state.in_([constant("queued"), constant("deferred")])  # from `due_at` on
IS_HELD = Delivery.state.in_([constant("claimed"), constant("sending")])  # by an owner


def _claim(dialect: str) -> ReturningUpdate[*tuple[Any, ...]]:
    due = (
        select(Delivery.id)
        .where(MAY_BE_DUE, Delivery.due_at <= bindparam("now"))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(bindparam("limit_"))
    )
    if dialect == "postgresql":
        due = due.with_for_update(skip_locked=True)
    return (
        update(Delivery)
        .where(Delivery.id.in_(due.scalar_subquery()))
        .values(state="claimed", owner=bindparam("owner_"), lease_until=bindparam("until"))
        .returning(
            Delivery.id,
            Delivery.outgoing_id,
            Delivery.person_id,
            Delivery.membership_id,
            Delivery.address,
            Delivery.tries,
        )
    )


_CLAIM = {dialect: _claim(dialect) for dialect in ("sqlite", "postgresql")}
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# Whoever has left meanwhile gets no more of a community's posts, nor a digest or newsletter that they no
# longer want.
_IS_WANTED = or_(
    and_(
        Delivery.membership_id.is_(None),
        not_(
            exists().where(
                Outgoing.id == Delivery.outgoing_id,
                or_(Outgoing.digest_id.is_not(None), Outgoing.bulletin_id.is_not(None)),
            )
        ),
    ),
    newsletter_is_wanted(),
    exists().where(
        Outgoing.id == Delivery.outgoing_id,
        Digest.id == Outgoing.digest_id,
        Membership.person_id == Delivery.person_id,
        Membership.delivery == Digest.frequency,
    ),
    exists().where(
        Outgoing.id == Delivery.outgoing_id,
        Membership.community_id == Outgoing.community_id,
        Membership.person_id == Delivery.person_id,
    ),
)
_BEGIN = (
    update(Delivery)
    .where(
        Delivery.id.in_(_IDS), Delivery.owner == bindparam("owner_"), Delivery.state == "claimed"
    )
    .values(
        state=case((_IS_WANTED, "sending"), else_="cancelled"),
        lease_until=bindparam("until"),
    )
    .returning(Delivery.id, Delivery.state)
)
_DUE_OF = (
    select(Delivery.id)
    .where(
        Delivery.outgoing_id == bindparam("outgoing"),
        MAY_BE_DUE,
        Delivery.due_at <= bindparam("now"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery that this owner may send."""

    id: int
    outgoing_id: int
    person_id: int | None
    membership_id: int | None
    address: str
    tries: int


def claim(session: Session, owner: str, now: datetime, limit: int) -> list[Claimed]:
    """Up to `limit` deliveries that are due, the oldest first, now this owner's for LEASE."""
    connection = session.connection()
    rows = connection.execute(
        _CLAIM[connection.dialect.name],
        {"owner_": owner, "now": now, "until": now + LEASE, "limit_": limit},
    )
    return sorted((Claimed(*row) for row in rows), key=lambda c: (c.outgoing_id, c.id))


def begin(session: Session, ids: Sequence[int], owner: str, now: datetime) -> set[int]:
    """Mark as sending what is still this owner's; those alone may be sent. Copies for members who have
    left since they were queued are cancelled."""
    rows = session.connection().execute(
        _BEGIN, {"ids": list(ids), "owner_": owner, "until": now + LEASE}
    )
    states = {row.id: row.state for row in rows}
    begun = {delivery_id for delivery_id, state in states.items() if state == "sending"}
    if len(begun) < len(states):
        _cancelled(session, list(states.keys() - begun), now)
    return begun


def _cancelled(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Where a person gets the same mail by another community, that copy goes in place of this one."""
    gone, covered = aliased(Delivery), aliased(Delivery)
    instead = (
        select(func.min(covered.id))
        .join(gone, and_(gone.mail_key == covered.mail_key, gone.person_id == covered.person_id))
        .where(gone.id.in_(ids), covered.state == constant("covered"))
        .group_by(gone.id)
    )
    for chosen, values in (
        (instead.scalar_subquery(), {"state": "queued", "due_at": now}),
        (ids, {"owner": "", "lease_until": None, "reason": "the membership has ended"}),
    ):
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(chosen))
            .values(values)
            .execution_options(synchronize_session=False)
        )


def has_due(session: Session, outgoing_id: int, now: datetime) -> bool:
    """Whether a mail still has deliveries that are due and nobody's."""
    return session.connection().scalar(_DUE_OF, {"outgoing": outgoing_id, "now": now}) is not None


def has_begun(session: Session, owner: str) -> bool:
    """Whether this owner still sends."""
    sending = select(Delivery.id).where(
        IS_HELD, Delivery.state == "sending", Delivery.owner == owner
    )
    return session.scalar(sending.limit(1)) is not None


def held(session: Session, owner: str) -> dict[int, str]:
    """The state of each delivery that this owner has claimed or begun. They are locked; those of which
    another transaction is just changing the state are left out: nobody may wait for it here."""
    rows = session.execute(
        select(Delivery.id, Delivery.state)
        .where(IS_HELD, Delivery.owner == owner)
        .with_for_update(skip_locked=True)
    )
    return {row.id: row.state for row in rows}


def hand_back(session: Session, ids: Collection[int]) -> None:
    """Queue these again, which their owner has not sent."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(list(ids)))
        .values(state="queued", owner="", lease_until=None)
        .execution_options(synchronize_session=False)
    )


def recover(session: Session, now: datetime, dead: Mapping[str, AbstractSet[int]]) -> int:
    """Queue again what was left behind by owners whose lease is over or who are known to be `dead`,
    but for what the relay took from those; how many of them may be sent a second time.

    They keep the time at which they were due: they wait at the front.
    """
    for owner, taken in dead.items():
        if taken:
            session.connection().execute(
                SENT.where(Delivery.owner == owner, Delivery.state == "sending"),
                {"ids": list(taken), "now": now},
            )
    left = and_(
        IS_HELD,
        or_(Delivery.lease_until < now, Delivery.owner.in_(list(dead))),
    )
    states = session.execute(
        select(Delivery.state, func.count()).where(left).group_by(Delivery.state)
    )
    counts: dict[str, int] = {state: count for state, count in states}  # noqa: C416
    if counts:
        session.execute(
            update(Delivery)
            .where(left)
            .values(state="queued", owner="", lease_until=None)
            .execution_options(synchronize_session=False)
        )
    return counts.get("sending", 0)
