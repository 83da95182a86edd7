"""Figures: once a week, a line for each community to those who look after it, where anything was held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailhub.holds.noticing import readers
from mailhub.models import Community, Hold, constant
from mailhub.notes import Note

WEEK = timedelta(days=7)


def weekly(session: Session, stewards: Sequence[str], now: datetime) -> tuple[Note, ...]:
    """One mail to each person over all communities that they look after and in which mail was held or
    decided on in a week, or still waits."""
    rows = session.execute(
        select(Hold.community_id, Hold.state, Hold.held_at, Hold.decided_at).where(
            or_(Hold.held_at > now - WEEK, Hold.decided_at > now - WEEK)
        )
    )
    waiting = session.scalars(select(Hold.community_id).where(Hold.state == constant("waiting")))
    lines: dict[int, dict[str, Any]] = defaultdict(_line)
    for community_id, state, held_at, decided_at in rows:
        line = lines[community_id]
        line["held"] += held_at > now - WEEK
        if decided_at is not None and decided_at > now - WEEK and state in line:
            line[state] += 1
            line["hours"].append((decided_at - held_at).total_seconds() / 3_600)
    for community_id in waiting:
        lines[community_id]["waiting"] += 1
    theirs: dict[tuple[str, int | None], list[dict[str, Any]]] = defaultdict(list)
    for community_id, line in sorted(lines.items()):
        line["place"] = session.get_one(Community, community_id).name
        line["hours"] = median(line["hours"]) if line["hours"] else None
        for reader in readers(session, community_id, stewards):
            theirs[reader.address, reader.person_id].append(line)
    return tuple(
        Note(
            "held-figures",
            address,
            None,
            {"lines": found},
            person_id,
            cause=("held-figures", ""),
            duty=True,
            automatic=False,
        )
        for (address, person_id), found in theirs.items()
    )


def _line() -> dict[str, Any]:
    counts = ("held", "approved", "rejected", "discarded", "forwarded", "withdrawn", "waiting")
    return {**dict.fromkeys(counts, 0), "hours": []}
