"""Notices: who was sent what to decide on, by which token, and whether an answer to it is theirs.

Each reader has a notice of their own, so that its token says who decides, a steward's too. What waits may
be held mail, by number, or a request: to join a community, to found one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from mailhub import addresses, membership
from mailhub.addresses import Purpose, Token
from mailhub.models import Community, Hold, Membership, Notice, Noticed, Person, constant

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


def waiting_for(session: Session, person_id: int, most: int) -> list[tuple[Hold, Community]]:
    """What waits in all communities that a person looks after, the oldest first; `most` of it."""
    rows = session.execute(
        select(Hold, Community)
        .join(Community, Community.id == Hold.community_id)
        .where(_waits_for(person_id))
        .order_by(Hold.held_at, Hold.id)
        .limit(most)
    )
    return [(held, community) for held, community in rows]


def waiting_count(session: Session, person_id: int) -> int:
    """How much waits in all communities that a person looks after."""
    return session.scalar(select(func.count()).select_from(Hold).where(_waits_for(person_id))) or 0


def _waits_for(person_id: int) -> ColumnElement[bool]:
    after = select(Membership.community_id).where(
        Membership.person_id == person_id, Membership.role.in_(membership.LOOKING_AFTER)
    )
    return and_(Hold.state == constant("waiting"), Hold.community_id.in_(after))


def about(
    session: Session, person_id: int, address: str, held: Hold, now: datetime
) -> tuple[Notice, int]:
    """The latest notice to a person about a held mail, and its number there; written where they have had
    none yet."""
    found = session.execute(
        select(Notice, Noticed.number)
        .join(Noticed, Noticed.notice_id == Notice.id)
        .where(Noticed.hold_id == held.id, Notice.person_id == person_id)
        .order_by(Notice.id.desc())
        .limit(1)
    ).first()
    if found is not None:
        return found[0], found[1]
    row = write(session, address, person_id, "page", now, community_id=held.community_id)
    session.add(Noticed(notice_id=row.id, number=1, hold_id=held.id))
    session.flush()
    return row, 1


def is_theirs(
    session: Session, row: Notice, token: Token, person: Person | None, address: str
) -> bool:
    """Whether a notice was sent to this person, or to this steward's address."""
    if (row.person_id or 0) != token.person:
        return False
    if token.person:
        return membership.is_same(session, person, token.person)
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
