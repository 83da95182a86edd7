"""The links by which a membership, a digest or newsletters end with one click: they stand in mails for ever, so they go on meaning
the person whom their reader has become."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.membership import digesting
from mailhub.membership.members import alter, leave, membership_of
from mailhub.membership.people import became
from mailhub.membership.trail import By
from mailhub.models import Change, Digest, Membership


def unsubscribe(
    session: Session, token: Token, now: datetime, inbound_id: int | None = None
) -> bool:
    """What a List-Unsubscribe token asks for (RFC 8058): it acts alone, and twice does no harm.

    The membership named ends; the posts of its person stay. False where it had ended before.
    """
    membership = of_link(session, token)
    if membership is None:
        return False
    leave(session, membership, now, by=By("link", membership.person_id, inbound_id))
    return True


def of_link(session: Session, token: Token) -> Membership | None:
    """The membership that a List-Unsubscribe token names; None where it has ended. Where its person
    turned out to be another it is that one's, also if that one was a member too and one of the two
    memberships was given up."""
    if token.purpose != Purpose.UNSUBSCRIBE:
        return None
    person = became(session, token.person)
    found = session.get(Membership, token.object)
    if person is None or found is not None:
        return found if person is not None and found and found.person_id == person.id else None
    given_up = session.scalars(
        select(Change)
        .where(Change.person_id == token.person, Change.of == "membership", Change.what == "merged")
        .order_by(Change.id.desc())
    )
    for change in given_up:
        if change.before and change.before["id"] == token.object and change.community_id:
            return membership_of(session, change.community_id, person.id)
    return None


def decline_digests(
    session: Session, token: Token, now: datetime, inbound_id: int | None = None
) -> bool:
    """What the List-Unsubscribe of a digest asks for: it acts alone, and twice does no harm.

    The communities of which such a digest tells send nothing more; the memberships stay. False where none
    did any more.
    """
    found = session.get(Digest, token.object)
    person = became(session, token.person)
    if token.purpose != Purpose.DIGESTS_OFF or found is None or person is None:
        return False
    if found.person_id not in (token.person, person.id):
        return False
    theirs = select(Membership).where(
        Membership.person_id == person.id, Membership.delivery == found.frequency
    )
    if found.community_id:
        theirs = theirs.where(Membership.community_id == found.community_id)
    members = session.scalars(theirs).all()
    by = By("link", person.id, inbound_id)
    for member in members:
        alter(session, member, "delivery", {"delivery": "none"}, now, by=by)
    return bool(members)


def decline_newsletters(
    session: Session, token: Token, now: datetime, inbound_id: int | None = None
) -> bool:
    """What the List-Unsubscribe of a newsletter asks for: no more of them; everything else goes on. False
    where they were declined already."""
    person = became(session, token.person)
    if token.purpose != Purpose.NEWSLETTERS_OFF or person is None:
        return False
    by = By("link", person.id, inbound_id)
    return digesting.set_digests(session, person, {"newsletters": False}, now, by=by)
