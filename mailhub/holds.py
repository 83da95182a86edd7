"""Held mail: it waits for a decision, and nothing decides but a person. Only recorded here; what was
approved goes through `process` once more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.letter import Letter
from mailhub.models import Community, Hold, Inbound


def hold(
    session: Session,
    inbound: Inbound,
    community: Community,
    recipient: str,
    letter: Letter,
    reason: str,
    now: datetime,
) -> Hold:
    """Keep a mail waiting in one community; one hold a mail and community, whatever is repeated."""
    present = of(session, inbound.id, community.id)
    if present is not None:
        return present
    held = Hold(
        inbound_id=inbound.id,
        community_id=community.id,
        recipient=recipient,
        reason=reason,
        author_address=letter.author.address,
        subject=letter.subject,
        held_at=now,
    )
    session.add(held)
    session.flush()
    return held


def of(session: Session, inbound_id: int, community_id: int) -> Hold | None:
    """The hold of a mail in a community, decided or not."""
    return session.scalar(
        select(Hold).where(Hold.inbound_id == inbound_id, Hold.community_id == community_id)
    )
