"""The outbox: who gets a mail, one state per recipient. The database is the truth; a job only wakes.

queued → claimed → sending → sent, deferred or failed; covered where the person gets the same mail by
another delivery. A claimed row was surely not sent; a sending one may have been when its owner died:
unless the owner's logbook says so, it is sent again and counted.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Insert,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.dml import ReturningUpdate

from mailhub.courier import Outcome, Refused, Sent
from mailhub.models import Address, Delivery, Membership, Outgoing

LEASE = timedelta(minutes=10)  # longer than the courier's patience
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321 4.5.4.1
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
DUE_STATES = ("queued", "deferred")


_INSERT_OUTGOING = insert(Outgoing)


def _queue_members() -> Insert:
    """A row for each member; built once."""
    first_address = (
        select(func.min(Address.id))
        .where(Address.person_id == Membership.person_id)
        .correlate(Membership)
        .scalar_subquery()
    )
    key = bindparam("key", type_=Delivery.mail_key.type)
    other = aliased(Delivery)
    covered = exists().where(
        other.mail_key == key, other.person_id == Membership.person_id, other.state != "covered"
    )
    target = aliased(Address)
    recipients = (
        select(
            bindparam("outgoing", type_=Integer),
            Membership.person_id,
            Membership.id,
            target.address,
            key,
            case((covered, "covered"), else_="queued"),
            bindparam("now", type_=Delivery.due_at.type),
            literal(0),
            literal(""),
            literal(""),
        )
        .join(target, target.id == func.coalesce(Membership.address_id, first_address))
        .where(
            Membership.community_id == bindparam("community"),
            Membership.delivery == "each",
            or_(Membership.person_id != bindparam("author"), Membership.own_posts),
        )
        .order_by(Membership.person_id)  # two that queue the same mail meet in the same order
    )
    columns = [
        "outgoing_id",
        "person_id",
        "membership_id",
        "address",
        "mail_key",
        "state",
        "due_at",
        "tries",
        "owner",
        "reason",
    ]
    return insert(Delivery).from_select(columns, recipients, include_defaults=False)


_QUEUE_MEMBERS = _queue_members()


def _claim(dialect: str) -> ReturningUpdate[*tuple[Any, ...]]:
    due = (
        select(Delivery.id)
        .where(Delivery.state.in_(DUE_STATES), Delivery.due_at <= bindparam("now"))
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
_BEGIN = (
    update(Delivery)
    .where(
        Delivery.id.in_(_IDS), Delivery.owner == bindparam("owner_"), Delivery.state == "claimed"
    )
    .values(state="sending", lease_until=bindparam("until"))
    .returning(Delivery.id)
)
_SENT = (
    update(Delivery)
    .where(Delivery.id.in_(_IDS))
    .values(
        state="sent",
        sent_at=bindparam("now"),
        owner="",
        lease_until=None,
        tries=Delivery.tries + 1,
    )
)
_DUE_OF = (
    select(Delivery.id)
    .where(
        Delivery.outgoing_id == bindparam("outgoing"),
        Delivery.state.in_(DUE_STATES),
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


def mail_key(message_id: str, content_hash: str) -> bytes:
    """What makes two copies the same mail to a person, whatever community each came by."""
    return hashlib.sha256(f"{message_id}\0{content_hash}".encode()).digest()[:16]


def for_members(
    session: Session,
    community_id: int,
    post_id: int,
    message_id: str,
    *,
    key: bytes,
    author_id: int | None,
    papers: Sequence[dict[str, Any]],
    now: datetime,
) -> int:
    """Queue a post for every member who takes each mail, but for its author; the Outgoing's id.

    One INSERT … SELECT, whatever the number of members. A person who already gets the same mail (of
    this `mail_key`) by another community is covered. `papers` are the documents that the post
    brought, as `compose.delivered.Paper` knows them.
    """
    connection = session.connection()
    inserted = connection.execute(
        _INSERT_OUTGOING,
        {
            "community_id": community_id,
            "post_id": post_id,
            "message_id": message_id,
            "raw": None,
            "automatic": False,
            "papers": list(papers),
            "created_at": now,
        },
    ).inserted_primary_key
    outgoing_id: int = inserted[0] if inserted else 0
    connection.execute(
        _QUEUE_MEMBERS,
        {
            "outgoing": outgoing_id,
            "community": community_id,
            "author": author_id or 0,
            "key": key,
            "now": now,
        },
    )
    return outgoing_id


def for_addresses(
    session: Session,
    recipients: Sequence[tuple[str, int | None]],
    message_id: str,
    raw: bytes,
    now: datetime,
    *,
    community_id: int | None = None,
    automatic: bool = True,
) -> int:
    """Queue a finished mail for a few (address, person): an answer of ours, or what somebody wrote to
    the facilitators; the Outgoing's id."""
    outgoing = Outgoing(
        community_id=community_id,
        message_id=message_id,
        raw=raw,
        automatic=automatic,
        created_at=now,
    )
    session.add(outgoing)
    session.flush()
    key = mail_key(message_id, f"outgoing {outgoing.id}")
    session.add_all(
        Delivery(
            outgoing_id=outgoing.id,
            person_id=person_id,
            address=address,
            mail_key=key,
            due_at=now,
        )
        for address, person_id in recipients
    )
    session.flush()
    return outgoing.id


def answers_since(session: Session, person_id: int, since: datetime) -> int:
    """How many automatic mails were queued for a person since then."""
    found = (
        select(func.count())
        .select_from(Delivery)
        .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
        .where(
            Delivery.person_id == person_id,
            Delivery.membership_id.is_(None),
            Delivery.due_at >= since,  # never earlier than it was queued
            Outgoing.automatic,
            Outgoing.created_at >= since,
        )
    )
    return session.scalar(found) or 0


def claim(session: Session, owner: str, now: datetime, limit: int) -> list[Claimed]:
    """Up to `limit` deliveries that are due, the oldest first, now this owner's for LEASE."""
    connection = session.connection()
    rows = connection.execute(
        _CLAIM[connection.dialect.name],
        {"owner_": owner, "now": now, "until": now + LEASE, "limit_": limit},
    )
    return sorted((Claimed(*row) for row in rows), key=lambda c: (c.outgoing_id, c.id))


def begin(session: Session, ids: Sequence[int], owner: str, now: datetime) -> set[int]:
    """Mark as sending what is still this owner's; those alone may be sent."""
    rows = session.connection().execute(
        _BEGIN, {"ids": list(ids), "owner_": owner, "until": now + LEASE}
    )
    return set(rows.scalars())


def has_due(session: Session, outgoing_id: int, now: datetime) -> bool:
    """Whether a mail still has deliveries that are due and nobody's."""
    return session.connection().scalar(_DUE_OF, {"outgoing": outgoing_id, "now": now}) is not None


def has_begun(session: Session, owner: str) -> bool:
    """Whether this owner still sends."""
    sending = select(Delivery.id).where(Delivery.state == "sending", Delivery.owner == owner)
    return session.scalar(sending.limit(1)) is not None


def record(
    session: Session, outcomes: Iterable[tuple[int, Outcome]], now: datetime, dice: random.Random
) -> None:
    """Keep what the relay said of each: all that were sent in one statement."""
    sent: list[int] = []
    rest: list[tuple[int, Outcome]] = []
    for delivery_id, outcome in outcomes:
        if isinstance(outcome, Sent):
            sent.append(delivery_id)
        else:
            rest.append((delivery_id, outcome))
    if sent:
        session.connection().execute(_SENT, {"ids": sent, "now": now})
    if rest:
        _record_unsent(session, rest, now, dice)


def _record_unsent(
    session: Session, rest: list[tuple[int, Outcome]], now: datetime, dice: random.Random
) -> None:
    ids = [delivery_id for delivery_id, _ in rest]
    known = {
        row.id: row
        for row in session.execute(
            select(Delivery.id, Delivery.tries, Outgoing.created_at)
            .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
            .where(Delivery.id.in_(ids))
        )
    }
    changes = []
    for delivery_id, outcome in rest:
        row = known[delivery_id]
        over = isinstance(outcome, Refused) or now - row.created_at > GIVE_UP_AFTER
        changes.append(
            {
                "delivery": delivery_id,
                "new_state": "failed" if over else "deferred",
                "next": now + wait(row.tries, dice),
                "words": outcome.reply,
            }
        )
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == bindparam("delivery"))
        .values(
            state=bindparam("new_state"),
            due_at=bindparam("next"),
            reason=bindparam("words"),
            tries=Delivery.tries + 1,
            owner="",
            lease_until=None,
        ),
        changes,
    )


def wait(tries: int, dice: random.Random) -> timedelta:
    """How long until the next try: doubling from FIRST_WAIT to LONGEST_WAIT, a fifth of it by chance,
    so that a thousand copies do not come back in the same second."""
    seconds = min(FIRST_WAIT.total_seconds() * 2 ** min(tries, 20), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * dice.uniform(0.8, 1.2))


def held(session: Session, owner: str) -> dict[int, str]:
    """The state of each delivery that this owner has claimed or begun. They are locked; those of which
    another transaction is just changing the state are left out: nobody may wait for it here."""
    rows = session.execute(
        select(Delivery.id, Delivery.state)
        .where(Delivery.owner == owner, Delivery.state.in_(("claimed", "sending")))
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
                _SENT.where(Delivery.owner == owner, Delivery.state == "sending"),
                {"ids": list(taken), "now": now},
            )
    left = and_(
        Delivery.state.in_(("claimed", "sending")),
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
