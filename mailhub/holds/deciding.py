"""Deciding: the record of what was decided on a held mail. The first decision counts, in every process
and on both databases, since each begins with the lock of the hold's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.holds.holding import NEXT
from mailhub.models import Community, Decision, Hold

# What becomes of a mail by each word.
STATES = {
    "approve": "approved",
    "trust": "approved",
    "edit": "approved",
    "reject": "rejected",
    "discard": "discarded",
    "ban": "discarded",
    "forward": "forwarded",
}
MAX_ARGUMENT = 2_000  # characters


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and how: by mail, by a link, or as the operator."""

    how: str
    address: str
    person_id: int | None = None
    name: str = ""
    inbound_id: int | None = None


class Came(StrEnum):
    """What came of a word."""

    DECIDED = "decided"
    COUNTED = "counted"  # one approval of two
    COUNTED_BEFORE = "counted-before"  # theirs counts already
    KEPT = "kept"  # it goes on waiting
    LATE = "late"  # it had been decided before
    UNDONE = "undone"
    UNDO_LATE = "undo-late"
    WITHDRAWN = "withdrawn"


def decide(
    session: Session,
    hold_id: int,
    verb: str,
    argument: str,
    now: datetime,
    *,
    by: By,
    at_once: bool = False,
) -> Came:
    """Record a word on a held mail (one of STATES, or "hold"), and what came of it.

    Where a community wants two approvals, the first one is counted. What is decided takes effect when
    the community's window for undoing is over; `at_once` leaves none.
    """
    held = locked(session, hold_id)
    if held.state != "waiting":
        return note(session, held, verb, argument, Came.LATE, now, by=by)
    if verb == "hold":
        held.next_at = now + NEXT
        return note(session, held, verb, argument, Came.KEPT, now, by=by)
    community = session.get_one(Community, held.community_id)
    if STATES[verb] == "approved" and not _enough(session, held, community, by):
        if _who(by) in {_who(row) for row in _counted(session, held)}:
            return note(session, held, verb, argument, Came.COUNTED_BEFORE, now, by=by)
        held.next_at = now + NEXT
        return note(session, held, verb, argument, Came.COUNTED, now, by=by)
    window = timedelta(seconds=0 if at_once else community.undo_window)
    held.state = STATES[verb]
    held.verb, held.argument = verb, argument[:MAX_ARGUMENT]
    held.decided_at, held.acts_at = now, now + window
    held.decided_by, held.decided_by_id = by.name or by.address, by.person_id
    return note(session, held, verb, argument, Came.DECIDED, now, by=by)


def undo(session: Session, hold_id: int, now: datetime, *, by: By) -> Came:
    """Take back one's own decision, as long as nothing has come of it: the mail waits again."""
    held = locked(session, hold_id)
    if held.state == "waiting":
        own = [row for row in _counted(session, held) if _who(row) == _who(by)]
        for row in own:
            row.came_to = Came.UNDONE
        return note(session, held, "undo", "", Came.UNDONE if own else Came.UNDO_LATE, now, by=by)
    is_own = (
        held.decided_by_id == by.person_id
        if by.person_id
        else held.decided_by == (by.name or by.address)
    )
    if not is_own or held.acts_at is None or held.acts_at <= now:
        return note(session, held, "undo", "", Came.UNDO_LATE, now, by=by)
    held.state, held.verb, held.argument = "waiting", "", ""
    held.decided_at = held.acts_at = held.decided_by_id = None
    held.decided_by, held.next_at = "", now + NEXT
    return note(session, held, "undo", "", Came.UNDONE, now, by=by)


def withdraw(session: Session, hold_id: int, now: datetime, *, by: By) -> Came:
    """The author takes the mail back, as long as it has not gone out."""
    held = locked(session, hold_id)
    waits = held.state == "waiting" or (held.acts_at is not None and held.acts_at > now)
    if not waits:
        return note(session, held, "withdraw", "", Came.LATE, now, by=by)
    held.state, held.verb, held.argument = "withdrawn", "withdraw", ""
    held.decided_at, held.acts_at = now, None
    held.decided_by, held.decided_by_id = by.name or by.address, by.person_id
    return note(session, held, "withdraw", "", Came.WITHDRAWN, now, by=by)


def locked(session: Session, hold_id: int) -> Hold:
    """The hold as it is now, and nobody else's until this transaction ends."""
    session.flush()
    return session.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)


def note(
    session: Session,
    held: Hold,
    verb: str,
    argument: str,
    came_to: str,
    now: datetime,
    *,
    by: By,
) -> Came:
    """Leave a row in the trail of a held mail; what it came to."""
    session.add(
        Decision(
            hold_id=held.id,
            at=now,
            how=by.how,
            by_id=by.person_id,
            by=by.address,
            inbound_id=by.inbound_id,
            verb=verb,
            argument=argument[:MAX_ARGUMENT],
            came_to=came_to,
        )
    )
    session.flush()
    return Came(came_to) if came_to in set(Came) else Came.LATE


def _enough(session: Session, held: Hold, community: Community, by: By) -> bool:
    """Whether this approval makes enough of them; the operator's own is enough."""
    if by.how == "operator" or community.approvals < 2:
        return True
    others = {_who(row) for row in _counted(session, held)} - {_who(by)}
    return len(others) + 1 >= community.approvals


def _counted(session: Session, held: Hold) -> Sequence[Decision]:
    """The approvals that count so far."""
    return session.scalars(
        select(Decision).where(Decision.hold_id == held.id, Decision.came_to == Came.COUNTED)
    ).all()


def _who(one: By | Decision) -> int | str:
    """What two words of one person have in common."""
    if isinstance(one, By):
        return one.person_id or one.address
    return one.by_id or one.by
