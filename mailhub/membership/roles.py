"""Who looks after a community: organisers and facilitators, and when a role is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import outbox
from mailhub.models import Address, Membership

LOOKING_AFTER = ("organiser", "facilitator")


def is_needed(session: Session, member: Membership) -> bool:
    """Whether a community would be without an organiser, or without anybody who looks after it, if it
    were not for this member."""
    if member.role not in LOOKING_AFTER:
        return False
    others = session.scalars(
        select(Membership.role).where(
            Membership.community_id == member.community_id,
            Membership.id != member.id,
            Membership.role.in_(LOOKING_AFTER),
        )
    ).all()
    return not others or (member.role == "organiser" and "organiser" not in others)


def roles_over(session: Session, today: date) -> Sequence[Membership]:
    """Those whose role has had its last day."""
    return session.scalars(
        select(Membership).where(Membership.role_until < today).order_by(Membership.id)
    ).all()


def facilitators(session: Session, community_id: int) -> list[tuple[str, int | None]]:
    """(address, person) of those who look after a community."""
    return in_roles(session, community_id, LOOKING_AFTER)


def in_roles(
    session: Session, community_id: int, roles: tuple[str, ...]
) -> list[tuple[str, int | None]]:
    """(address, person) of a community's members in these roles: the address that they chose for it,
    else their first."""
    rows = session.execute(
        select(Address.address, Membership.person_id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, outbox.first_address()))
        .where(
            Membership.community_id == community_id,
            Membership.role.in_(roles),
        )
        .order_by(Membership.person_id)
    )
    return [(address, person_id) for address, person_id in rows]
