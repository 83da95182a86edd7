"""What waits for a decision goes up in time; it is never decided by waiting."""

from __future__ import annotations

from datetime import datetime

from mailhub import membership, notes
from mailhub.commands import join_decisions
from mailhub.notes import Desk
from mailhub.process.work import Tools


def requests_to_join(tools: Tools, last: datetime | None, now: datetime) -> None:
    """Ask the organisers, then the stewards, about whom nobody has let in or turned down."""
    with tools.database.writing() as session:
        stewards = membership.stewards(session, tools.stewards)
        asked = join_decisions.go_up(session, stewards, now)
        notes.send(session, Desk(tools.site, tools.templates), asked, now)
