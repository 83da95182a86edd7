"""Organisers: who may say who they are. They themselves, the platform's stewards, and those who look after
a community that has no organiser whom mail reaches."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.membership.members import membership_of
from mailhub.membership.people import paused_address, reached_at
from mailhub.membership.roles import LOOKING_AFTER
from mailhub.models import Membership


def names_organisers(session: Session, community_id: int, person_id: int) -> bool:
    """Whether a member may make somebody organiser there, or an organiser something else."""
    member = membership_of(session, community_id, person_id)
    if member is None or member.role not in LOOKING_AFTER:
        return False
    return member.role == "organiser" or not has_organiser(session, community_id)


def has_organiser(session: Session, community_id: int) -> bool:
    """Whether a community has an organiser whom mail reaches."""
    organisers = session.scalars(
        select(Membership).where(
            Membership.community_id == community_id, Membership.role == LOOKING_AFTER[0]
        )
    )
    return any(reached_at(session, one) and not paused_address(session, one) for one in organisers)
