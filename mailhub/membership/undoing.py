"""Undoing: what a person changed last, taken back. A change can be undone for a month, once. Who has joined
leaves by saying so, never by undoing once too often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from mailhub.membership import claims, communities, members, mutes, people
from mailhub.membership.roles import LOOKING_AFTER
from mailhub.membership.trail import By
from mailhub.models import Change, Community, Person

WITHIN = timedelta(days=30)
OF = ("membership", "mute", "address", "community", "thread", "post", "standing")
ARRANGED = {"thread": "thread", "post": "post", "standing": "address"}  # what each is about


def last(session: Session, person_id: int, now: datetime) -> Sequence[Change]:
    """What this person changed last and has not undone, all of it that came by one mail."""
    latest = session.scalars(_undoable(person_id, now).order_by(Change.id.desc()).limit(1)).first()
    return of_change(session, latest, now) if latest else ()


def of_change(session: Session, change: Change, now: datetime) -> Sequence[Change]:
    """What came by the same mail as this change, and can still be undone."""
    if change.by_id is None:
        return ()
    same = _undoable(change.by_id, now)
    if change.inbound_id is None:
        same = same.where(Change.id == change.id)
    else:
        same = same.where(Change.inbound_id == change.inbound_id)
    return session.scalars(same.order_by(Change.id)).all()


def undo(
    session: Session,
    changes: Sequence[Change],
    now: datetime,
    *,
    by: By,
    others: Callable[[Change], bool] = lambda change: False,
) -> list[Change]:
    """Take these back, the latest first; those of them of which there was something to take back.
    What somebody else has decided since stays, and so does what this person may no longer change.

    What undoing changes stands in the trail too, but cannot be undone in its turn: who wants that says
    what they want. `others` takes back what is none of this room's business (ARRANGED), and says whether
    there was anything.
    """
    undone = []
    for change in reversed(changes):
        if not _stands(session, change, by):
            change.undone_at = now
            continue
        made = By("undo", by.person_id, by.inbound_id)
        if change.of == "membership":
            worked = members.put_back(session, change, now, by=made)
        elif change.of in ARRANGED:
            worked = others(change)
        elif change.of == "mute":
            worked = mutes.put_back(session, change, now, by=made)
        elif change.of == "address":
            worked = claims.put_back(session, change, now, by=made)
        elif change.of == "person":
            person = session.get_one(Person, change.person_id)
            worked = people.put_back(session, person, change, now, by=made)
        else:
            community = session.get_one(Community, change.community_id)
            worked = communities.put_back(session, community, change, now, by=made)
        change.undone_at = now
        if worked:
            undone.append(change)
    session.flush()
    return undone


def possible(session: Session, changes: Sequence[Change], by: By) -> list[Change]:
    """Those of these that `undo` would take back now."""
    return [
        change
        for change in changes
        if _stands(session, change, by)
        and (change.of != "membership" or members.can_be_put_back(session, change, by))
    ]


def joined(session: Session, person_id: int, now: datetime) -> bool:
    """Whether another address, or another person, became this one's not long ago: that was confirmed from
    both, and is not undone by a word."""
    merged = select(Change.id).where(
        Change.person_id == person_id,
        Change.of.in_(("person", "address")),
        Change.what.in_(("merged", "address-added")),
        Change.at >= now - WITHIN,
    )
    return session.scalar(merged.limit(1)) is not None


def came_in(session: Session, person_id: int, community_id: int | None, now: datetime) -> bool:
    """Whether this person became a member there not long ago."""
    came = select(Change.id).where(
        Change.person_id == person_id,
        Change.community_id == community_id,
        Change.what == "joined",
        Change.at >= now - WITHIN,
    )
    return session.scalar(came.limit(1)) is not None


def _stands(session: Session, change: Change, by: By) -> bool:
    """Whether this person may still take a change back, and nobody else has touched what it changed."""
    others = change.of == "community" or change.person_id != by.person_id
    if others and change.community_id is not None:
        member = members.membership_of(session, change.community_id, by.person_id or 0)
        if member is None or member.role not in LOOKING_AFTER:
            return False
    later = select(Change).where(
        Change.id > change.id,
        Change.of == change.of,
        Change.person_id == change.person_id,
        Change.community_id == change.community_id,
        or_(Change.by_id.is_(None), Change.by_id != (by.person_id or 0)),
    )
    if change.of in ARRANGED:
        key = ARRANGED[change.of]
        return not any(
            (one.after or {}).get(key) == (change.after or {}).get(key)
            for one in session.scalars(later)
        )
    touched = _keys(change)
    return not any(
        touched is None or (keys := _keys(one)) is None or touched & keys
        for one in session.scalars(later)
    )


def _keys(change: Change) -> set[str] | None:
    """What a change altered; None where it made or ended something as a whole."""
    before, after = change.before, change.after
    if before is None or after is None:
        return None
    return {key for key in before if before[key] != after.get(key)}


def _undoable(person_id: int, now: datetime) -> Select[Change]:
    return select(Change).where(
        Change.by_id == person_id,
        Change.at >= now - WITHIN,
        Change.undone_at.is_(None),
        Change.how.not_in(("undo", "founding")),
        or_(Change.what != "joined", Change.person_id != person_id),
        or_(Change.what != "merged", Change.of == "thread"),  # people who are one stay one
        or_(Change.of.in_(OF), Change.what.in_(people.ALTERED)),
    )
