"""Reminding: what waits is never forgotten and never decided by waiting. After a day those who look after
a community are told again, after two its organisers, after three the stewards, who are then told each
day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mailhub.holds.holding import NEXT
from mailhub.holds.noticing import notice, readers
from mailhub.letter import Letter
from mailhub.models import Address, Community, Hold, Membership, constant
from mailhub.notes import Desk, Note

MOST = 500  # holds of one run
STEWARDS = 3
KINDS = ("held", "reminder", "organiser", "steward")


def escalate(
    session: Session,
    desk: Desk,
    stewards: Sequence[str],
    letter_of: Callable[[Hold], Letter],
    now: datetime,
) -> list[int]:
    """Tell of what has waited too long, the next ones in turn: one mail to each, with all of it in one
    community; the Outgoings. `letter_of` reads a held mail again, for those who have not seen it."""
    late = session.scalars(
        select(Hold)
        .where(Hold.state == constant("waiting"), Hold.next_at <= now)
        .order_by(Hold.next_at, Hold.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    ).all()
    groups: dict[tuple[int, int], list[Hold]] = defaultdict(list)
    for held in late:
        held.level = min(held.level + 1, STEWARDS)
        held.next_at = now + NEXT
        groups[held.community_id, held.level].append(held)
    told: list[int] = []
    for (community_id, level), holds in groups.items():
        community = session.get_one(Community, community_id)
        letter = letter_of(holds[0]) if len(holds) == 1 else None
        for reader in readers(session, community_id, stewards, level):
            told += notice(
                session, desk, reader, holds, KINDS[level], now, community=community, letter=letter
            )
    return told


def nobody_there(session: Session, stewards: Sequence[str]) -> tuple[Note, ...]:
    """To the stewards: communities that nobody looks after whom mail reaches."""
    alone = select(Community).where(
        ~exists().where(
            Membership.community_id == Community.id,
            Membership.role.in_(("facilitator", "organiser")),
            exists().where(Address.person_id == Membership.person_id, Address.paused_at.is_(None)),
        ),
        exists().where(Membership.community_id == Community.id),
    )
    found = session.scalars(alone.order_by(Community.slug).limit(MOST)).all()
    if not found:
        return ()
    return tuple(
        Note(
            "nobody-there",
            address,
            None,
            {"communities": found},
            cause=("nobody-there", ""),
            duty=True,
            automatic=False,
        )
        for address in stewards
    )
