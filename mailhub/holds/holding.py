"""Holding: a mail is kept waiting in one community, with what a person must know to decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.letter import Letter
from mailhub.membership import Unusable
from mailhub.models import Community, Decision, Hold, Inbound, constant

NEXT = timedelta(hours=24)  # until somebody is reminded, and the next ones after them
MAX_WORDS = 2_000  # characters kept beside the hold; the whole mail is there too
MAX_FILES = 50


def hold(
    session: Session,
    inbound: Inbound,
    community: Community,
    recipient: str,
    letter: Letter,
    reason: str,
    now: datetime,
    *,
    proof: str = "",
) -> Hold:
    """Keep a mail waiting in one community; it must not wait there already. `proof` is what was found
    out about its sender, in a word."""
    held = Hold(
        inbound_id=inbound.id,
        community_id=community.id,
        recipients=[recipient],
        reason=reason,
        author_name=letter.author.name[:200],
        author_address=letter.author.address,
        proof=proof,
        subject=letter.subject,
        words=letter.new_text.strip()[:MAX_WORDS],
        files=[
            {"name": one.filename, "size": one.size, "type": one.media_type}
            for one in letter.attachments[:MAX_FILES]
        ],
        held_at=now,
        next_at=now + NEXT,
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


def known_hold(session: Session, id: int) -> Hold:
    """The held mail of this number; Unusable where there is none."""
    held = session.get(Hold, id)
    if held is None:
        raise Unusable("not-held", str(id))
    return held


def shown(session: Session, id: int) -> dict[str, Any]:
    """All that is known of a held mail, and everything that was said to it."""
    held = known_hold(session, id)
    said = session.scalars(select(Decision).where(Decision.hold_id == id).order_by(Decision.id))
    return {
        "id": held.id,
        "community": session.get_one(Community, held.community_id).slug,
        "mail": f"m{held.inbound_id}",
        "state": held.state,
        "reason": held.reason,
        "from": held.author_address,
        "name": held.author_name,
        "proof": held.proof,
        "subject": held.subject,
        "words": held.words,
        "files": held.files,
        "held_at": held.held_at,
        "decided_at": held.decided_at,
        "decided_by": held.decided_by,
        "argument": held.argument,
        "acts_at": held.acts_at,
        "trail": [
            {
                "at": one.at.isoformat(),
                "how": one.how,
                "by": one.by,
                "verb": one.verb,
                "argument": one.argument,
                "came_to": one.came_to,
            }
            for one in said
        ],
    }
