"""What an operator decides on held mail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailhub import holds
from mailhub.app.hub import clock


def decided(session: Session, number: int, verb: str, argument: str = "") -> str:
    """What it came to."""
    by = holds.By("operator", "operator")
    return str(holds.decide(session, number, verb, argument, clock(), by=by, at_once=True))
