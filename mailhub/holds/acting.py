"""Acting: what was decided takes effect once it can no longer be undone.

What was approved is put back among the mails that wait to be processed, which posts it. All that follows
from one decision is one transaction with the note that it has, so that it happens once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import addresses, membership, notes, outbox, reading
from mailhub.compose import own
from mailhub.database import Database
from mailhub.holds.standings import set_standing
from mailhub.membership import trail
from mailhub.models import Community, Hold, Inbound, RawMail
from mailhub.notes import Desk, Note

MOST = 50  # decisions of one transaction


@dataclass(slots=True)
class Acted:
    """What is to be woken for now."""

    outgoing: list[int] = field(default_factory=list)
    inbound: list[int] = field(default_factory=list)
    goes_on: bool = False  # there may be more


def is_due(session: Session, now: datetime) -> bool:
    """Whether some decision is to take effect now."""
    due = select(Hold.id).where(Hold.acts_at.is_not(None), Hold.acts_at <= now).limit(1)
    return session.scalar(due) is not None


def act(database: Database, desk: Desk, now: datetime) -> Acted:
    """Let what is due take effect, MOST decisions at most; others that do so at once take others."""
    acted = Acted()
    due = (
        select(Hold)
        .where(Hold.acts_at.is_not(None), Hold.acts_at <= now)
        .order_by(Hold.acts_at, Hold.id)
        .limit(MOST)
    )
    if not database.is_sqlite:
        due = due.with_for_update(skip_locked=True)
    with database.writing() as session:
        found: Sequence[Hold] = session.scalars(due).all()
        for held in found:
            held.acts_at = None
            _take_effect(session, desk, held, acted, now)
    acted.goes_on = len(found) == MOST
    return acted


def _take_effect(session: Session, desk: Desk, held: Hold, acted: Acted, now: datetime) -> None:
    community = session.get_one(Community, held.community_id)
    by = trail.By("decision", held.decided_by_id)
    address = held.author_address
    if held.verb == "trust":
        set_standing(session, community.id, address, "trusted", now, by=by)
        _free(session, community, address, now, by)
    elif held.verb == "ban":
        set_standing(session, community.id, address, "banned", now, by=by)
        if addresses.is_address(addresses.fold(address)):
            membership.remove(session, community, address, now, by=by)
    if held.state == "approved":
        _process_again(session, held, now)
        acted.inbound.append(held.inbound_id)
        if not membership.is_member(session, community, address):  # a member sees it on the list
            acted.outgoing += _tell_author(session, desk, held, community, now, "held-posted")
    elif held.state == "rejected":
        acted.outgoing += _tell_author(session, desk, held, community, now, "held-rejected")
    elif held.state == "forwarded":
        _forward(session, desk, held, acted, now)


def _free(
    session: Session, community: Community, address: str, now: datetime, by: trail.By
) -> None:
    """Who is trusted is moderated no more, where they are a member."""
    person = membership.person_of(session, address)
    member = membership.membership_of(session, community.id, person.id) if person else None
    if member is not None and member.posting == "moderated":
        membership.alter(session, member, "posting", {"posting": "free"}, now, by=by)


def _process_again(session: Session, held: Hold, now: datetime) -> None:
    session.execute(
        update(Inbound)
        .where(Inbound.id == held.inbound_id)
        .values(state="waiting", due_at=now, tries=0)
        .execution_options(synchronize_session=False)
    )


def _tell_author(
    session: Session, desk: Desk, held: Hold, community: Community, now: datetime, template: str
) -> list[int]:
    """What became of it, with the reason in the words of who decided. Whom a forged mail names did not
    write it."""
    if held.proof == "failed" or not addresses.is_address(addresses.fold(held.author_address)):
        return []
    person = membership.person_of(session, held.author_address)
    mail = session.get_one(Inbound, held.inbound_id)
    note = Note(
        template,
        held.author_address,
        community,
        {"held": held, "joining": community.joining},
        person.id if person else None,
        cause=(template, str(held.id)),
        duty=True,
        in_reply_to=mail.message_id,
    )
    return notes.send(session, desk, [note], now)


def _forward(session: Session, desk: Desk, held: Hold, acted: Acted, now: datetime) -> None:
    """To another community of ours it goes as if it had been sent there; to anybody else privately, as
    it came."""
    to = addresses.fold(held.argument)
    mail = session.get_one(Inbound, held.inbound_id)
    raw = session.scalars(select(RawMail.raw).where(RawMail.inbound_id == held.inbound_id)).one()
    if addresses.is_at(to, desk.site.domain):
        again = Inbound(
            received_at=now,
            peer=mail.peer,
            helo=mail.helo,
            protocol=mail.protocol,
            mail_from=mail.mail_from,
            recipients=[to],
            size=mail.size,
            due_at=now,
            message_id=mail.message_id,
            proof=mail.proof,
        )
        again.raw = RawMail(raw=raw)
        session.add(again)
        session.flush()
        acted.inbound.append(again.id)
        return
    letter = reading.read(raw)
    octets = own.passed_on(raw, letter, desk.site, desk.site.address(_slug(session, held)))
    acted.outgoing.append(
        outbox.for_addresses(
            session,
            [(to, None)],
            letter.message_id,
            octets,
            now,
            community_id=held.community_id,
        )
    )


def _slug(session: Session, held: Hold) -> str:
    return session.get_one(Community, held.community_id).slug
