"""People and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.membership import trail
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import Unusable
from mailhub.models import Address, Change, Membership, Person

ABOUT = {"name": 100, "organisation": 200, "job": 200}  # what a person says of themselves
ALTERED = ("described", "digests")  # what can be taken back, as the trail calls it


def person_of(session: Session, address: str) -> Person | None:
    """The person who has this address, in whatever capitals it is written."""
    return session.scalar(
        select(Person).join(Address).where(Address.address == addresses.fold(address))
    )


def who_has(session: Session, address: str) -> Person:
    """The person of this address; Unusable where it is nobody's."""
    person = person_of(session, address)
    if person is None:
        raise Unusable("unknown-person", address)
    return person


def became(session: Session, person_id: int | None) -> Person | None:
    """The person of a number that was noted once: whom they turned out to be, where two were one. None
    where there is none, or they have been forgotten."""
    person = session.get(Person, person_id) if person_id else None
    seen: set[int] = set()
    while person is not None and person.merged_into_id and person.id not in seen:
        seen.add(person.id)
        person = session.get(Person, person.merged_into_id)
    return person if person is not None and addresses_of(session, person.id) else None


def is_same(session: Session, person: Person | None, person_id: int | None) -> bool:
    """Whether this is the person of a number that was noted once, or whom they turned out to be."""
    return person is not None and became(session, person_id) is person


def addresses_of(session: Session, person_id: int) -> Sequence[str]:
    """A person's addresses, the first one first."""
    return session.scalars(
        select(Address.address).where(Address.person_id == person_id).order_by(Address.id)
    ).all()


def reached_at(session: Session, member: Membership) -> str:
    """The address that a community's mail goes to; "" where there is none any more."""
    row = _mail_address(session, member)
    return row.address if row is not None else ""


def paused_address(session: Session, member: Membership) -> str:
    """The address that a community's mail goes to, where nothing is mailed there since all came back;
    "" where it is."""
    row = _mail_address(session, member)
    return row.address if row is not None and row.paused_at is not None else ""


def _mail_address(session: Session, member: Membership) -> Address | None:
    found = select(Address).where(Address.person_id == member.person_id).order_by(Address.id)
    if member.address_id is not None:
        found = found.where(Address.id == member.address_id)
    return session.scalars(found.limit(1)).first()


def person_at(
    session: Session, address: str, now: datetime, *, by: By = OPERATOR, **about: str
) -> Person:
    """The person of this address, made where there is none; Unusable where it is no address.

    One who is there keeps what they said of themselves; only what is empty is filled in.
    """
    folded = addresses.fold(address)
    if not addresses.is_address(folded):
        raise Unusable("bad-address", address)
    person = person_of(session, folded)
    if person is None:
        person = Person(created_at=now, **_plain(about))
        person.addresses.append(Address(address=folded, created_at=now))
        session.add(person)
        session.flush()
        trail.keep(
            session,
            by,
            now,
            of="person",
            what="registered",
            person_id=person.id,
            after={"address": folded, **_plain(about)},
        )
    else:
        fill_in(session, person, now, by=by, **about)
    return person


def fill_in(
    session: Session, person: Person, now: datetime, *, by: By = OPERATOR, **about: str
) -> bool:
    """Keep what is not known of a person yet; whether anything changed."""
    missing = {key: value for key, value in about.items() if not getattr(person, key)}
    return describe(session, person, now, by=by, **missing)


def describe(
    session: Session, person: Person, now: datetime, *, by: By = OPERATOR, **about: str
) -> bool:
    """Keep what a person says of themselves (name, organisation, job); whether anything changed."""
    said = {key: value for key, value in _plain(about).items() if value}
    return alter(session, person, "described", said, now, by=by)


def alter(
    session: Session,
    person: Person,
    what: str,
    values: dict[str, Any],
    now: datetime,
    *,
    by: By = OPERATOR,
) -> bool:
    """Change what is kept of a person; whether anything changed. `what` is how the trail tells it."""
    changed = {key: value for key, value in values.items() if value != getattr(person, key)}
    if not changed:
        return False
    before = {key: getattr(person, key) for key in changed}
    for key, value in changed.items():
        setattr(person, key, value)
    trail.keep(
        session,
        by,
        now,
        of="person",
        what=what,
        person_id=person.id,
        before=before,
        after=changed,
    )
    return True


def agree(session: Session, person: Person, now: datetime, *, by: By) -> None:
    """A person agrees to the terms of use; the first time counts."""
    if person.agreed_at is None:
        person.agreed_at = now
        trail.keep(session, by, now, of="person", what="agreed", person_id=person.id)


def _plain(about: dict[str, str]) -> dict[str, str]:
    return {key: " ".join(value.split())[: ABOUT[key]] for key, value in about.items()}


def put_back(session: Session, person: Person, undone: Change, now: datetime, *, by: By) -> bool:
    """Take back such a change, as far as it is as it was left; False for what cannot be taken back, such
    as a registration."""
    if undone.what not in ALTERED:
        return False
    left = undone.after or {}
    back = {k: v for k, v in (undone.before or {}).items() if getattr(person, k) == left.get(k)}
    return alter(session, person, undone.what, back, now, by=by)
