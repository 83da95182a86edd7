"""Held mail: it waits for a decision, and nothing decides but a person. Only recorded here; what was
approved goes through `process` once more."""

from __future__ import annotations

from datetime import datetime

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
    """Keep a mail waiting in one community; it must not wait there already."""
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
