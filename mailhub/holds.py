"""Held mail: it waits for a decision, and nothing decides but a person. A decision is only recorded
here; what was approved waits to be processed once more, and is posted then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub.letter import Letter
from mailhub.models import Community, Hold, Inbound, constant


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
        recipients=[recipient],
        reason=reason,
        author_address=letter.author.address,
        subject=letter.subject,
        held_at=now,
    )
    session.add(held)
    session.flush()
    return held


def also_at(held: Hold, recipient: str) -> None:
    """The mail came to another address of the community: what is decided holds there too."""
    if recipient not in held.recipients:
        held.recipients = [*held.recipients, recipient]


def waiting(session: Session) -> list[dict[str, Any]]:
    """What waits for a decision, the oldest first."""
    rows = session.execute(
        select(Hold, Community.slug)
        .join(Community)
        .where(Hold.state == constant("waiting"))
        .order_by(Hold.held_at, Hold.id)
    )
    return [
        {
            "id": held.id,
            "community": slug,
            "reason": held.reason,
            "from": held.author_address,
            "subject": held.subject,
            "held_at": held.held_at,
        }
        for held, slug in rows
    ]


def decide(session: Session, id: int, state: str, *, by: str, now: datetime) -> bool:
    """Record a decision, "approved" or "discarded"; False where there is nothing to decide any more.
    The first decision wins."""
    inbound_id = session.scalar(
        update(Hold)
        .where(Hold.id == id, Hold.state == "waiting")
        .values(state=state, decided_at=now, decided_by=by)
        .returning(Hold.inbound_id)
        .execution_options(synchronize_session=False)
    )
    if inbound_id is None:
        return False
    if state == "approved":
        session.execute(
            update(Inbound)
            .where(Inbound.id == inbound_id)
            .values(state="waiting", due_at=now, tries=0)
        )
    return True
