"""Notices: who was sent what to decide on, by which token, and whether an answer to it is theirs.

Each reader has a notice of their own, so that its token says who decides, a steward's too. What waits may
be held mail, by number, or a request: to join a community, to found one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import addresses, membership
from mailhub.addresses import Purpose, Token
from mailhub.models import Hold, Notice, Noticed, Person

LASTS = timedelta(days=30)  # until the address of a notice is over


def write(
    session: Session,
    address: str,
    person_id: int | None,
    kind: str,
    now: datetime,
    *,
    community_id: int | None = None,
    request_id: int | None = None,
) -> Notice:
    """The row that the token of one mail to one reader names."""
    row = Notice(
        kind=kind,
        community_id=community_id,
        person_id=person_id,
        address=address,
        request_id=request_id,
        sent_at=now,
    )
    session.add(row)
    session.flush()
    return row


def token_of(row: Notice, now: datetime) -> Token:
    """What an answer to a notice says; it lasts from now on."""
    purpose = Purpose.HOLD if row.request_id is None else Purpose.DECIDE
    return Token(purpose, row.id, row.person_id or 0, (now + LASTS).date())


def notice_of(session: Session, token: Token) -> Notice | None:
    """The notice that a token names; None where it is gone, or is about the other kind of thing."""
    row = session.get(Notice, token.object)
    if row is None or (row.request_id is None) != (token.purpose == Purpose.HOLD):
        return None
    return row


def numbered(session: Session, row: Notice) -> dict[int, Hold]:
    """What a notice is about, by number."""
    rows = session.execute(
        select(Noticed.number, Hold)
        .join(Hold, Hold.id == Noticed.hold_id)
        .where(Noticed.notice_id == row.id)
        .order_by(Noticed.number)
    )
    return {row.number: row.Hold for row in rows}


def is_theirs(row: Notice, token: Token, person: Person | None, address: str) -> bool:
    """Whether a notice was sent to this person, or to this steward's address."""
    if (row.person_id or 0) != token.person:
        return False
    if token.person:
        return person is not None and person.id == token.person
    return address == addresses.fold(row.address)


def may_decide(
    session: Session,
    person: Person | None,
    address: str,
    community_id: int | None,
    stewards: Sequence[str],
) -> bool:
    """Whether somebody may decide in a community now: who looks after it, and the stewards; who alone
    may where it is of no community."""
    if address in stewards:
        return True
    if person is None or community_id is None:
        return False
    found = membership.membership_of(session, community_id, person.id)
    return found is not None and found.role in ("organiser", "facilitator")
