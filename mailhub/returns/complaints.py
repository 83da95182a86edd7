"""Complaints: somebody's provider tells that they called a mail of ours unwanted (RFC 5965).

With a valid token of ours in what came along, the membership by which they got it ends at once, of a
newsletter newsletters do; without one it is passed over here. Whoever holds such a token could as well have used it to leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership, notes
from mailhub.addresses import Purpose, Token
from mailhub.membership import By
from mailhub.models import Address, Community, Delivery, Membership, Outgoing, Return
from mailhub.notes import Desk, Note


def take_complaint(
    session: Session, desk: Desk, tokens: Sequence[Token], inbound_id: int, now: datetime
) -> list[int] | None:
    """End the membership that the first of these genuine tokens names, and tell its person how to come
    back; the Outgoing, none for newsletters, None where they name none that is there still."""
    for token in tokens:
        off = _newsletter(session, token)
        if off is not None:
            membership.decline_newsletters(session, off, now, inbound_id)
            return []
        found = _membership(session, token)
        if found is None:
            continue
        address = _address(session, found, token)
        returned = Return(
            at=now,
            inbound_id=inbound_id,
            delivery_id=token.object if token.purpose == Purpose.RETURN else None,
            community_id=found.community_id,
            person_id=found.person_id,
            address=address,
            domain=address.rpartition("@")[2],
            action="complained",
            effect="unsubscribed",
        )
        session.add(returned)
        community = session.get_one(Community, found.community_id)
        by = By("complaint", found.person_id, inbound_id)
        membership.leave(session, found, now, by=by)
        return notes.send(
            session,
            desk,
            [
                Note(
                    "unsubscribed-by-complaint",
                    address,
                    community,
                    person_id=found.person_id,
                    cause=("complaint", str(community.id)),
                    duty=True,
                )
            ],
            now,
        )
    return None


def _newsletter(session: Session, token: Token) -> Token | None:
    """What declines newsletters, where the token stood in one."""
    if token.purpose != Purpose.RETURN:
        return token if token.purpose == Purpose.NEWSLETTERS_OFF else None
    found = session.execute(
        select(Outgoing.bulletin_id, Delivery.person_id)
        .join(Delivery, Delivery.outgoing_id == Outgoing.id)
        .where(Delivery.id == token.object, Outgoing.bulletin_id.is_not(None))
    ).first()
    if found is None or found.person_id is None:
        return None
    return Token(Purpose.NEWSLETTERS_OFF, found.bulletin_id, found.person_id)


def _membership(session: Session, token: Token) -> Membership | None:
    if token.purpose == Purpose.RETURN:
        delivery = session.get(Delivery, token.object)
        if delivery is None or delivery.membership_id is None or delivery.person_id is None:
            return None
        token = Token(Purpose.UNSUBSCRIBE, delivery.membership_id, delivery.person_id)
    return membership.of_link(session, token)


def _address(session: Session, found: Membership, token: Token) -> str:
    if token.purpose == Purpose.RETURN:
        return session.get_one(Delivery, token.object).address
    chosen = (
        Address.id == found.address_id if found.address_id else Address.person_id == found.person_id
    )
    statement = select(Address.address).where(chosen).order_by(Address.id).limit(1)
    return session.scalar(statement) or ""
