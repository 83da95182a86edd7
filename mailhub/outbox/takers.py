"""Who takes mail of a community, and where: the criteria and questions that queueing has of members."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from mailhub.models import Address, Delivery, Membership, Outgoing


def first_address() -> ScalarSelect[int]:
    """The id of the first address of a membership's person."""
    return (
        select(func.min(Address.id))
        .where(Address.person_id == Membership.person_id)
        .correlate(Membership)
        .scalar_subquery()
    )


def is_present(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Criterion on Membership: its mail is not paused."""
    return or_(
        Membership.paused_until.is_(None),
        Membership.paused_until <= today,
        Membership.paused_from > today,
    )


def answers_since(session: Session, address: str, since: datetime) -> int:
    """How many automatic mails were queued for an address since then."""
    found = (
        select(func.count())
        .select_from(Delivery)
        .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
        .where(
            Delivery.address == address,
            Delivery.membership_id.is_(None),
            Delivery.due_at >= since,  # never earlier than it was queued
            Outgoing.automatic,
            Outgoing.created_at >= since,
        )
    )
    return session.scalar(found) or 0


def takers(
    session: Session, community_id: int, now: datetime, *, without: int
) -> list[tuple[str, int | None]]:
    """(address, person) of those members who take mail of a community at all now, but for the members
    of the community `without`."""
    others = select(Membership.person_id).where(Membership.community_id == without)
    rows = session.execute(
        select(Address.address, Membership.person_id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first_address()))
        .where(
            Membership.community_id == community_id,
            Membership.delivery != "none",
            Address.paused_at.is_(None),
            is_present(now.date()),
            Membership.person_id.not_in(others),
        )
        .order_by(Membership.person_id)
    )
    return [(address, person_id) for address, person_id in rows]
