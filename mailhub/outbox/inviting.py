"""Queueing an invitation: to those members whom an event chooses, each copy with lines of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from mailhub.models import Address, Delivery, Membership, constant
from mailhub.outbox.queueing import COLUMNS, finished
from mailhub.outbox.takers import first_address


def for_invited(
    session: Session,
    who: Sequence[ColumnElement[bool]],
    *,
    community_id: int,
    event_id: int,
    message_id: str,
    raw: bytes,
    key: bytes,
    now: datetime,
) -> int:
    """Queue an invitation, each copy of which has lines of its own, for those members whom the criteria
    on Membership choose, as far as their address takes mail; the Outgoing's id."""
    outgoing_id = finished(
        session, message_id, raw, now, community_id=community_id, event_id=event_id
    )
    session.execute(
        insert(Delivery).from_select(
            COLUMNS,
            select(
                literal(outgoing_id),
                Membership.person_id,
                Membership.id,
                Address.address,
                literal(key, Delivery.mail_key.type),
                literal("queued"),
                literal(now, Delivery.due_at.type),
                literal(0),
                literal(""),
                literal(""),
            )
            .join(Address, Address.id == func.coalesce(Membership.address_id, first_address()))
            .where(
                Membership.community_id == community_id,
                Address.paused_at.is_(None),
                # Of the same invitation to two communities a person gets one.
                ~exists().where(
                    Delivery.mail_key == literal(key, Delivery.mail_key.type),
                    Delivery.person_id == Membership.person_id,
                    Delivery.state.not_in([constant("covered"), constant("cancelled")]),
                ),
                *who,
            )
            .order_by(Membership.person_id),
            include_defaults=False,
        )
    )
    return outgoing_id
