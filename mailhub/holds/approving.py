"""Approving together: where a community wants two approvals of a held mail, whose are there and whose could
be still."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.holds.deciding import Came
from mailhub.models import Community, Decision, Hold, Person


@dataclass(frozen=True, slots=True)
class Approvals:
    """Of one held mail: how many more are needed, the names of who has approved, and of who has not."""

    needed: int
    by: Sequence[str]
    missing: Sequence[str]


def approvals(session: Session, holds: Sequence[Hold]) -> Mapping[int, Approvals]:
    """Those of these held mails, by their ids, of which more than one has to approve and somebody has."""
    counted = session.execute(
        select(Decision.hold_id, Decision.by_id, Decision.by)
        .join(Hold, Hold.id == Decision.hold_id)
        .join(Community, Community.id == Hold.community_id)
        .where(
            Decision.hold_id.in_([held.id for held in holds]),
            Decision.came_to == Came.COUNTED,
            Community.approvals > 1,
        )
        .order_by(Decision.id)
    ).all()
    found = {}
    for held in holds:
        said = {by_id or by: by for hold_id, by_id, by in counted if hold_id == held.id}
        if not said:
            continue
        community = session.get_one(Community, held.community_id)
        others = [
            (person_id, address)
            for address, person_id in membership.facilitators(session, community.id)
            if person_id not in said
        ]
        names = _names(session, [who for who in [*said, *dict(others)] if isinstance(who, int)])
        found[held.id] = Approvals(
            community.approvals - len(said),
            [names.get(who, address) for who, address in said.items()],
            [names.get(who or 0, address) for who, address in others],
        )
    return found


def _names(session: Session, people: Collection[int]) -> dict[int | str, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {person_id: name for person_id, name in rows if name}
