"""All that an operator may want to know of one person, as `mailhub member show` prints it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership, returns


def shown(session: Session, address: str, now: datetime) -> dict[str, Any]:
    """The person of an address; Unusable where nobody has it."""
    known = membership.known_person(session, address)
    person = membership.person_of(session, address)
    assert person
    returned = {
        one.address: {
            "paused": one.paused_at.isoformat() if one.paused_at else None,
            "score": returns.score(session, one.address, now),
        }
        for one in person.addresses
    }
    return known | {
        "away_since": person.away_since,
        "away_until": person.away_until,
        "returned": returned,
    }
