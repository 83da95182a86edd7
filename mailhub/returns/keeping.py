"""Keeping what came back: each return a row, the proven ones weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.letter import ReturnedRecipient
from mailhub.models import Delivery, Outgoing, Return, constant
from mailhub.reading import refused
from mailhub.returns import ailing, weighing

MAX_UNPROVEN = 5  # recipients of one notice that nothing proves
MAX_NOTICES = 10  # of one copy: some servers tell every hour that they still try
MAX_REFUSED = 500  # copies of one look
_REPLY = re.compile(r"[45]\d\d[ -]")


def take(
    session: Session,
    recipients: Sequence[ReturnedRecipient],
    delivery: Delivery | None,
    inbound_id: int | None,
    now: datetime,
) -> list[Return]:
    """Keep what a notice says. `delivery` is the copy that a token of ours proves to be meant; then the
    notice is about its address whoever it names, and it is weighed. Without it the recipients are
    noted as the notice names them."""
    if delivery is None:
        kept = [_unproven(one, inbound_id, now) for one in recipients[:MAX_UNPROVEN]]
        session.add_all(kept)
        return kept
    if not delivery.address:
        return []  # it went to somebody who has been forgotten since
    known = select(func.count()).where(Return.delivery_id == delivery.id)
    if (session.scalar(known) or 0) >= MAX_NOTICES:
        return []
    one = _meant(recipients, delivery.address)
    outgoing = session.get_one(Outgoing, delivery.outgoing_id)
    named = addresses.fold(one.address)
    returned = _return(
        one,
        delivery.address,
        inbound_id,
        now,
        delivery_id=delivery.id,
        community_id=outgoing.community_id,
        person_id=delivery.person_id,
        named=named if named != delivery.address else "",
    )
    if inbound_id is None and not _REPLY.match(delivery.reason):
        returned.excuse = "relay"
    else:
        weighing.weigh(session, returned)
    session.add(returned)
    session.flush()
    ailing.decide(session, returned, delivery.outgoing_id)
    return [returned]


def refused_copies(session: Session, now: datetime) -> list[Return]:
    """Keep what the relay itself refused for good and is not kept yet: as good as a return, and surer,
    since nobody can forge it.

    Two who look at the same time keep it once: the second waits at the copies for the first, and then
    asks again which of them are kept.
    """
    rows = session.scalars(
        select(Delivery)
        .where(
            Delivery.state == constant("failed"),
            ~exists().where(Return.delivery_id == Delivery.id),
        )
        .order_by(Delivery.id)
        .limit(MAX_REFUSED)
        .with_for_update()
    ).all()
    kept = select(Return.delivery_id).where(Return.delivery_id.in_([row.id for row in rows]))
    meanwhile = set(session.scalars(kept))
    found: list[Return] = []
    for delivery in rows:
        if delivery.id in meanwhile:
            continue
        said = refused(delivery.address, delivery.reason)
        found += take(session, [said], delivery, None, now)
    return found


def _meant(recipients: Sequence[ReturnedRecipient], address: str) -> ReturnedRecipient:
    """What is said of this address; where it is not named, as when its mail is forwarded, what is said
    of any, the failed before the delayed."""
    for one in recipients:
        if addresses.fold(one.address) == address:
            return one
    failed = [one for one in recipients if one.action == "failed"]
    nothing = ReturnedRecipient(address, "failed", "", "soft", "")
    return next(iter([*failed, *recipients]), nothing)


def _unproven(one: ReturnedRecipient, inbound_id: int | None, now: datetime) -> Return:
    return _return(one, addresses.fold(one.address), inbound_id, now, excuse="unproven")


def _return(
    one: ReturnedRecipient, address: str, inbound_id: int | None, now: datetime, **of: Any
) -> Return:
    """What is said of one recipient, not weighed yet; `of` are further columns."""
    return Return(
        at=now,
        inbound_id=inbound_id,
        address=address,
        domain=address.rpartition("@")[2],
        action=one.action,
        kind=one.kind,
        status=one.status,
        cause=one.cause,
        reason=one.reason,
        weight=0.0,
        **of,
    )
