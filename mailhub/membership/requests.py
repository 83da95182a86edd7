"""Requests: what was asked for and waits for a yes of the person, or of those who look after a
community. A request ends once; what comes after its end is told how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.addresses import Purpose, Token
from mailhub.models import Community, Person, Request, constant

LASTS = timedelta(days=14)  # until a question is over; a decision that waits is never over


def ask(
    session: Session,
    kind: str,
    address: str,
    now: datetime,
    *,
    community: Community | None = None,
    person: Person | None = None,
    inbound_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> Request:
    """A new request that waits for the yes of whoever reads the mail at `address`."""
    folded = addresses.fold(address)
    request = Request(
        kind=kind,
        community_id=community.id if community else None,
        person_id=person.id if person else None,
        address=folded,
        domain=folded.rpartition("@")[2],
        detail=detail or {},
        asked_at=now,
        expires=(now + LASTS).date(),
        inbound_id=inbound_id,
    )
    session.add(request)
    session.flush()
    return request


def token(request: Request) -> Token:
    """What the address that the question is answered to says: this request, until it is over."""
    return Token(Purpose.CONFIRM, request.id, request.person_id or 0, request.expires)


def of_token(session: Session, asked: Token) -> Request | None:
    """The request that a token names, locked, so that of two who answer it at once the second meets
    what the first made of it; None where it is gone."""
    return locked(session, asked.object)


def locked(session: Session, request_id: int) -> Request | None:
    """A request as it is now, and nobody else's until this transaction ends; None where it is gone."""
    return session.get(Request, request_id, with_for_update=True, populate_existing=True)


def settle(session: Session, request: Request, state: str, by: str, now: datetime) -> bool:
    """End a request, done or declined; False where it had ended before: the first word counts."""
    settled = session.scalar(
        update(Request)
        .where(Request.id == request.id, Request.settled_at.is_(None))
        .values(state=state, settled_at=now, settled_by=by)
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    return settled is not None


def wait(session: Session, request: Request, now: datetime) -> None:
    """The person has said yes; now those who look after the community decide."""
    request.state, request.waiting_since = "waiting", now
    session.flush()


def asked_since(session: Session, since: datetime, *, address: str = "", domain: str = "") -> int:
    """How many questions were sent since then: to an address, to a domain, or at all."""
    found = select(func.count()).select_from(Request).where(Request.asked_at >= since)
    if address:
        found = found.where(Request.address == addresses.fold(address))
    if domain:
        found = found.where(Request.domain == domain)
    return session.scalar(found) or 0


def claimed_since(session: Session, person_id: int, since: datetime) -> int:
    """How many addresses a person has asked for since then."""
    found = (
        select(func.count())
        .select_from(Request)
        .where(Request.asked_at >= since, Request.kind == "claim", Request.person_id == person_id)
    )
    return session.scalar(found) or 0


def invited_since(session: Session, community_id: int, since: datetime) -> int:
    """How many invitations to a community were sent since then."""
    found = (
        select(func.count())
        .select_from(Request)
        .where(
            Request.asked_at >= since,
            Request.kind == "invitation",
            Request.community_id == community_id,
        )
    )
    return session.scalar(found) or 0


def declined_since(
    session: Session, community_id: int, address: str, since: datetime
) -> datetime | None:
    """When somebody last said no to an invitation to a community; None where they did not since then."""
    return session.scalar(
        select(func.max(Request.settled_at)).where(
            Request.address == addresses.fold(address),
            Request.community_id == community_id,
            Request.kind == "invitation",
            Request.state == "declined",
            Request.settled_at > since,
        )
    )


def waiting(session: Session, kind: str, address: str = "") -> int:
    """How many requests of a kind wait: of one address, or at all."""
    found = (
        select(func.count())
        .select_from(Request)
        .where(Request.state == constant("waiting"), Request.kind == kind)
    )
    if address:
        found = found.where(Request.address == addresses.fold(address))
    return session.scalar(found) or 0


def waits(session: Session, community_id: int, address: str) -> bool:
    """Whether those who look after a community are deciding about this address."""
    found = select(Request.id).where(
        Request.state == constant("waiting"),
        Request.kind == "join",
        Request.community_id == community_id,
        Request.address == addresses.fold(address),
    )
    return session.scalar(found.limit(1)) is not None


def waiting_to_join(session: Session) -> Sequence[tuple[Request, str]]:
    """What waits for a decision, the oldest first, with the community's slug."""
    rows = session.execute(
        select(Request, Community.slug)
        .join(Community, Community.id == Request.community_id)
        .where(Request.state == constant("waiting"), Request.kind == "join")
        .order_by(Request.waiting_since, Request.id)
    )
    return [(request, slug) for request, slug in rows]


def long_waiting(session: Session, first: datetime, second: datetime) -> Sequence[Request]:
    """What has waited since `first` and has not gone up, or since `second` and has gone up once."""
    found = select(Request).where(
        Request.state == constant("waiting"),
        Request.kind == "join",
        or_(
            and_(Request.told == 0, Request.waiting_since <= first),
            and_(Request.told == 1, Request.waiting_since <= second),
        ),
    )
    return session.scalars(found.order_by(Request.id).with_for_update(skip_locked=True)).all()


def done_since(session: Session, kind: str, person_id: int, since: datetime) -> bool:
    """Whether something of a kind was done for a person since then, or waits to be."""
    found = select(Request.id).where(
        Request.kind == kind,
        Request.person_id == person_id,
        Request.asked_at >= since,
        Request.state.in_(("waiting", "done")),
    )
    return session.scalar(found.limit(1)) is not None
