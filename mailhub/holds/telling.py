"""Telling: what became of a held mail, to everybody who was told that it waits, in the same thread of
their mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.holds.deciding import By, Came, note
from mailhub.models import Community, Hold, Membership, Notice, Noticed
from mailhub.notes import Note

MOST_TOLD = 50  # mails that are named one by one


@dataclass(frozen=True, slots=True)
class Result:
    """What a word on one held mail came to; `number` is the one it had in the notice."""

    held: Hold
    verb: str
    argument: str
    came_to: str
    number: int = 1


def receipt(session: Session, results: Sequence[Result], now: datetime) -> dict[str, Any]:
    """What a receipt says of them."""
    held = results[0].held
    community = session.get_one(Community, held.community_id)
    own = [one for one in results if one.came_to == Came.DECIDED]
    waits = [one for one in own if one.held.acts_at and one.held.acts_at > now]
    return {
        "held": held,
        "results": results[:MOST_TOLD],
        "more": max(0, len(results) - MOST_TOLD),
        "count": len(results),
        "minutes": -(-community.undo_window // 60) if waits else 0,
        "seconds": community.undo_window,
        "approvals": community.approvals,
    }


def others(
    session: Session, results: Sequence[Result], by: By, now: datetime, *, to_by: bool = False
) -> tuple[Note, ...]:
    """One note to each of the others who were told of these mails: who decided what and when. Who looks
    after the community no more is told nothing."""
    known = {one.held.id: one for one in results}
    rows = session.execute(
        select(Notice, Noticed.hold_id)
        .join(Noticed, Noticed.notice_id == Notice.id)
        .where(Noticed.hold_id.in_(known))
        .order_by(Notice.id.desc())
    )
    theirs: dict[tuple[int | None, str], dict[int, Notice]] = {}
    for row, hold_id in rows:
        theirs.setdefault((row.person_id, row.address), {}).setdefault(hold_id, row)
    told = []
    for (person_id, address), notices in theirs.items():
        is_by = person_id == by.person_id if person_id else address == by.address
        told_of = [one for one in results if one.held.id in notices]
        if (is_by and not to_by) or not _still(session, person_id, told_of[0].held):
            continue
        latest = notices[told_of[0].held.id]
        community = session.get_one(Community, told_of[0].held.community_id)
        told.append(
            Note(
                "held-told",
                address,
                community,
                {**receipt(session, told_of, now), "by": by.name or by.address, "now": now},
                person_id,
                duty=True,
                automatic=False,
                in_reply_to=latest.message_id,
            )
        )
    return tuple(told)


def withdrawn(session: Session, held: Hold, by: By, now: datetime) -> tuple[Note, ...]:
    """To everybody who was told of it: the author has taken it back."""
    return others(session, [Result(held, "withdraw", "", "withdrawn")], by, now, to_by=True)


def tried(
    session: Session,
    holds: Sequence[Hold],
    by: By,
    why: str,
    now: datetime,
    verb: str = "",
    argument: str = "",
) -> None:
    """Leave a line in the trail of each of these for a word that was not listened to."""
    for held in holds:
        note(session, held, verb, argument, why, now, by=by)


def _still(session: Session, person_id: int | None, held: Hold) -> bool:
    if person_id is None:
        return True
    found = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.community_id == held.community_id,
        Membership.role.in_(("organiser", "facilitator")),
    )
    return session.scalar(found) is not None
