"""Whom a community takes nothing from: they cannot become members again by themselves either."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailhub.models import Address, Standing


def is_banned(
    session: Session, community_id: int, person_id: int | None, address: str = ""
) -> bool:
    """Whether this address, or any of this person's, is banned in a community."""
    theirs = select(Address.address).where(Address.person_id == person_id)
    found = select(Standing.address).where(
        Standing.community_id == community_id,
        Standing.what == "banned",
        or_(Standing.address == address, Standing.address.in_(theirs)),
    )
    return session.scalar(found.limit(1)) is not None
