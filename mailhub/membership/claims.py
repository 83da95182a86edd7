"""The addresses of one person: another one claimed, one given up, one chosen for the mail of a
community. Where the other address was somebody's too, the two were one person all the time: what that
one had goes along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.membership import trail
from mailhub.membership.merging import merge
from mailhub.membership.people import addresses_of, person_of
from mailhub.membership.trail import By
from mailhub.models import Address, Change, Membership, Person

MOST_ADDRESSES = 20


def own(session: Session, person_id: int, address: str) -> Address | None:
    """The row of an address, where it is this person's."""
    return session.scalar(
        select(Address).where(
            Address.address == addresses.fold(address), Address.person_id == person_id
        )
    )


def attach(session: Session, person: Person, address: str, now: datetime, *, by: By) -> bool:
    """Make an address this person's, once both it and one of theirs have said yes; False where it
    was, or where they have too many."""
    folded = addresses.fold(address)
    other = person_of(session, folded)
    if other is not None and other.id == person.id:
        return False
    more = addresses_of(session, other.id) if other is not None else [folded]
    if len(addresses_of(session, person.id)) + len(more) > MOST_ADDRESSES:
        return False
    if other is not None:
        merge(session, other, person, now, by=by)
        return True
    session.add(Address(person_id=person.id, address=folded, created_at=now))
    session.flush()
    _keep(session, "address-added", person.id, now, by, None, {"address": folded})
    return True


def detach(session: Session, person: Person, address: str, now: datetime, *, by: By) -> bool:
    """Give an address up; False where it is not this person's, or is their only one."""
    row = own(session, person.id, address)
    if row is None or len(addresses_of(session, person.id)) < 2:
        return False
    session.execute(
        update(Membership).where(Membership.address_id == row.id).values(address_id=None)
    )
    gone = {"address": row.address}
    session.delete(row)
    session.flush()
    session.expire_all()
    _keep(session, "address-removed", person.id, now, by, gone, None)
    return True


def put_back(session: Session, change: Change, now: datetime, *, by: By) -> bool:
    """Take back that an address was added or removed."""
    person = session.get(Person, change.person_id)
    if person is None:
        return False
    if change.before is None:
        return detach(session, person, (change.after or {})["address"], now, by=by)
    address = change.before["address"]
    if person_of(session, address) is not None:
        return False
    return attach(session, person, address, now, by=by)


def _keep(
    session: Session,
    what: str,
    person_id: int,
    now: datetime,
    by: By,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
) -> None:
    trail.keep(
        session, by, now, of="address", what=what, person_id=person_id, before=before, after=after
    )
