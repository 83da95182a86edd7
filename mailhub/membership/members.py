"""Members: who is in a community, as what, and how its mail reaches them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.membership import trail
from mailhub.membership.banning import is_banned
from mailhub.membership.people import person_at, person_of
from mailhub.membership.roles import LOOKING_AFTER
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import Unusable, choice
from mailhub.models import Address, Change, Community, Membership, Person

KEPT = (
    "id", "role", "role_until", "delivery", "posting", "own_posts", "listed", "paused_from", "paused_until",
    "address_id", "since",
)  # fmt: skip
FOR_EVER = date.max  # a pause without an end


def membership_of(session: Session, community_id: int, person_id: int) -> Membership | None:
    """A person's membership in a community."""
    return session.scalar(
        select(Membership).where(
            Membership.community_id == community_id, Membership.person_id == person_id
        )
    )


def add(
    session: Session,
    community: Community,
    address: str,
    now: datetime,
    *,
    name: str = "",
    organisation: str = "",
    role: str = "contributor",
    delivery: str = "each",
    by: By = OPERATOR,
) -> tuple[Membership, bool]:
    """Make the person of this address a member; (membership, whether it is new).

    One who is there already keeps what they have; only an empty name is filled in.
    """
    role, delivery = choice("role", role), choice("delivery", delivery)
    person = person_at(session, address, now, by=by, name=name, organisation=organisation)
    return enter(session, community, person, now, role=role, delivery=delivery, by=by)


def enter(
    session: Session,
    community: Community,
    person: Person,
    now: datetime,
    *,
    role: str = "contributor",
    delivery: str = "each",
    by: By,
) -> tuple[Membership, bool]:
    """Make a person a member; (membership, whether it is new)."""
    present = membership_of(session, community.id, person.id)
    if present:
        return present, False
    membership = Membership(
        community_id=community.id, person_id=person.id, role=role, delivery=delivery, since=now
    )
    session.add(membership)
    session.flush()
    note(session, membership, "joined", now, by=by, after=snapshot(membership))
    return membership, True


def leave(session: Session, membership: Membership, now: datetime, *, by: By) -> Change:
    """End a membership; the posts of its person stay."""
    change = note(session, membership, "left", now, by=by, before=snapshot(membership))
    session.delete(membership)
    session.flush()
    return change


def alter(
    session: Session,
    membership: Membership,
    what: str,
    values: dict[str, Any],
    now: datetime,
    *,
    by: By = OPERATOR,
) -> bool:
    """Change what a membership has (role, role_until, delivery, posting, own_posts, paused_from, paused_until,
    address_id); whether anything changed. `what` is how the trail tells it. A role that is given without
    an end has none."""
    if "role" in values:
        values = {"role_until": None, **values}
    for key in values.keys() & {"role", "delivery", "posting"}:
        values[key] = choice(key, values[key])
    before = snapshot(membership)
    for key, value in values.items():
        setattr(membership, key, value)
    after = snapshot(membership)
    if after == before:
        return False
    session.flush()
    note(session, membership, what, now, by=by, before=before, after=after)
    return True


def remove(
    session: Session, community: Community, address: str, now: datetime, *, by: By = OPERATOR
) -> bool:
    """End the membership of the person of this address; False where there is none."""
    person = person_of(session, address)
    membership = membership_of(session, community.id, person.id) if person else None
    if membership is None:
        return False
    leave(session, membership, now, by=by)
    return True


def snapshot(membership: Membership) -> dict[str, Any]:
    """A membership as the trail keeps it."""
    kept = {key: getattr(membership, key) for key in KEPT}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in kept.items()}


def note(
    session: Session,
    membership: Membership,
    what: str,
    now: datetime,
    *,
    by: By,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    """Leave a row in the trail for one change of a membership; None where there was, or is, none."""
    return trail.keep(
        session,
        by,
        now,
        of="membership",
        what=what,
        community_id=membership.community_id,
        person_id=membership.person_id,
        before=before,
        after=after,
    )


def put_back(session: Session, change: Change, now: datetime, *, by: By) -> bool:
    """Take back a change of a membership; False where there is nothing to take back any more.

    Who left is a member again as before, who had joined is none, and of what was altered only that
    is set back which this change altered, where it is as this change left it. Who is banned does not come back so. Nobody is given back, nor
    loses, a role that is more than what `by` has there now.
    """
    assert change.community_id is not None
    assert change.person_id is not None
    present = membership_of(session, change.community_id, change.person_id)
    if change.before is None:
        if present is not None:
            leave(session, present, now, by=by)
        return present is not None
    values = _read(change.before)
    most = _most(session, change, by)
    too_much = _is_too_much(change, most)
    if change.after is None:
        if present is not None:
            return False
        if by.person_id == change.person_id and is_banned(
            session, change.community_id, change.person_id
        ):
            return False
        if too_much:
            values["role"] = most if most in LOOKING_AFTER else "contributor"
            values["role_until"] = None
        if session.get(Membership, values["id"]) is not None:
            values.pop("id")
        if values["address_id"] and session.get(Address, values["address_id"]) is None:
            values["address_id"] = None
        again = Membership(community_id=change.community_id, person_id=change.person_id, **values)
        session.add(again)
        session.flush()
        note(session, again, "joined", now, by=by, after=snapshot(again))
        return True
    if present is None:
        return False
    now_there = snapshot(present)
    altered = {
        key: values[key]
        for key in KEPT
        if change.before[key] != change.after[key]
        and now_there[key] == change.after[key]
        and not (key in ("role", "role_until") and too_much)
    }
    return alter(session, present, change.what, altered, now, by=by)


def can_be_put_back(session: Session, change: Change, by: By) -> bool:
    """Whether `put_back` would set anything back, as far as roles go: what was altered is more than a
    role that `by` may not give or take."""
    before, after = change.before, change.after
    if before is None or after is None or not _is_too_much(change, _most(session, change, by)):
        return True
    return any(before[key] != after[key] for key in KEPT if key not in ("role", "role_until"))


def _most(session: Session, change: Change, by: By) -> str:
    """The role of who takes something back, where that is."""
    assert change.community_id is not None
    undoer = membership_of(session, change.community_id, by.person_id or 0)
    return undoer.role if undoer else "contributor"


def _is_too_much(change: Change, most: str) -> bool:
    ranks = [_rank(kept["role"]) for kept in (change.before, change.after) if kept]
    return max(ranks) > _rank(most)


def _rank(role: str) -> int:
    """How much somebody in a role may decide of others."""
    return {"organiser": 2, "facilitator": 1}.get(role, 0)


def _read(kept: dict[str, Any]) -> dict[str, Any]:
    values = dict(kept)
    values["since"] = datetime.fromisoformat(values["since"])
    for key in ("paused_from", "paused_until", "role_until"):
        if values.get(key):
            values[key] = date.fromisoformat(values[key])
    return values


def known_membership(session: Session, community: Community, address: str) -> Membership:
    """The membership of the person of this address; Unusable where there is none."""
    person = person_of(session, address)
    member = membership_of(session, community.id, person.id) if person else None
    if member is None:
        raise Unusable("not-a-member", address)
    return member
