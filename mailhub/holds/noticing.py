"""Noticing: those who look after a community are told what waits, each by a mail of their own whose
address decides on what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import membership, notes, outbox
from mailhub.holds.approving import approvals
from mailhub.holds.notices import token_of, write
from mailhub.holds.quoting import barred, quoted
from mailhub.letter import Letter
from mailhub.models import (
    Address,
    Community,
    Hold,
    Membership,
    Notice,
    Noticed,
    Outgoing,
    constant,
)
from mailhub.notes import Desk, Note

ALL_WORDS = 40_000  # characters of what was written, in all of one notice
MOST_AN_HOUR = 30  # notices to one person; what comes then waits for the mail that gathers it
MOST_HELD = 1_000  # mails in one notice


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told. `person_id` is None for a steward; `hour` is that of their morning mail."""

    address: str
    person_id: int | None
    hour: int | None = None


def readers(
    session: Session, community_id: int, stewards: Sequence[str], level: int = 0
) -> list[Reader]:
    """Who is told: the facilitators; from level 2 on the organisers, and from 3 on the stewards. Where
    there is nobody of these whom mail reaches, those above them."""
    if level <= 1:
        found = _members(session, community_id, "facilitator")
        if found:
            return found
    if level <= 2:
        found = _members(session, community_id, "organiser")
        if found:
            return found
    return [Reader(address, None) for address in stewards]


def _members(session: Session, community_id: int, role: str) -> list[Reader]:
    rows = session.execute(
        select(Address.address, Membership.person_id, Membership.holds_at)
        .join(Address, Address.id == func.coalesce(Membership.address_id, outbox.first_address()))
        .where(
            Membership.community_id == community_id,
            Membership.role == role,
            Address.paused_at.is_(None),
        )
        .order_by(Membership.person_id)
    )
    return [Reader(address, person_id, hour) for address, person_id, hour in rows]


def tell(
    session: Session,
    desk: Desk,
    held: Hold,
    letter: Letter,
    stewards: Sequence[str],
    now: datetime,
    *,
    level: int = 0,
) -> list[int]:
    """One notice to each who is to know at once of a mail that is held; the Outgoings."""
    community = session.get_one(Community, held.community_id)
    told: list[int] = []
    for reader in readers(session, community.id, stewards, level):
        if level == 0 and (reader.hour is not None or _has_enough(session, reader, now)):
            continue
        kind = ("held", "held", "organiser", "steward")[level]
        told += notice(session, desk, reader, [held], kind, now, community=community, letter=letter)
    return told


def notice(
    session: Session,
    desk: Desk,
    reader: Reader,
    holds: Sequence[Hold],
    kind: str,
    now: datetime,
    *,
    community: Community | None,
    letter: Letter | None = None,
    in_reply_to: str = "",
) -> list[int]:
    """One mail to one reader about some holds, numbered from 1, and the row that its token names.

    Of a single one its `letter` gives the whole of what was written. `community` is whose address it
    has; None is the platform's, for holds of several.
    """
    community_id = community.id if community else None
    row = write(session, reader.address, reader.person_id, kind, now, community_id=community_id)
    chosen = holds[:MOST_HELD]
    session.add_all(
        Noticed(notice_id=row.id, number=number, hold_id=held.id)
        for number, held in enumerate(chosen, 1)
    )
    session.flush()
    sent = notes.send(
        session,
        desk,
        [
            Note(
                "held" if len(chosen) == 1 and letter is not None else "held-list",
                reader.address,
                community,
                {
                    **_facts(session, chosen, letter),
                    "kind": kind,
                    "now": now,
                    "approvals": community.approvals if community else 1,
                    "page": desk.site.hold_url(token_of(row, now)),
                },
                reader.person_id,
                token=token_of(row, now),
                duty=True,
                automatic=False,
                in_reply_to=in_reply_to,
            )
        ],
        now,
    )
    for outgoing_id in sent:
        row.message_id = session.get_one(Outgoing, outgoing_id).message_id
    session.flush()
    return sent


def _facts(session: Session, holds: Sequence[Hold], letter: Letter | None) -> dict[str, Any]:
    each = max(80, min(1_500, ALL_WORDS // max(1, len(holds))))
    places = select(Community).where(Community.id.in_({held.community_id for held in holds}))
    names = {community.id: community.name for community in session.scalars(places)}
    approved = approvals(session, holds)
    items = [
        {
            "number": number,
            "held": held,
            "place": names[held.community_id],
            "approved": approved.get(held.id),
            "words": " ".join(held.words.split())[:each],
            "is_cut": len(" ".join(held.words.split())) > each,
        }
        for number, held in enumerate(holds, 1)
    ]
    facts: dict[str, Any] = {"items": items, "held": holds[0], "several": len(names) > 1}
    if letter is not None:
        facts |= {
            "words": barred(letter.new_text, ALL_WORDS),
            "is_cut": len(letter.new_text) > ALL_WORDS,
            "quoted": quoted(letter),
        }
    return facts


def _has_enough(session: Session, reader: Reader, now: datetime) -> bool:
    """Whether this person had so many notices in an hour that the next ones are gathered."""
    if reader.person_id is None:
        return False
    found = (
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.person_id == reader.person_id,
            Notice.sent_at > now - timedelta(hours=1),
            Notice.kind == "held",
        )
    )
    return (session.scalar(found) or 0) >= MOST_AN_HOUR


def morning(session: Session, desk: Desk, now: datetime) -> list[int]:
    """For each who prefers one mail a day, at their hour, all that waits in the communities where they do;
    and for whoever was not told of something, since too much came, that."""
    told: list[int] = []
    for person_id, holds in _gathered(session, now).items():
        communities = {held.community_id for held in holds}
        one = session.get(Community, communities.pop()) if len(communities) == 1 else None
        address = _address(session, person_id, holds[0].community_id)
        if address:
            told += notice(
                session, desk, Reader(address, person_id), holds, "morning", now, community=one
            )
    return told


def _gathered(session: Session, now: datetime) -> dict[int, list[Hold]]:
    """What waits, by who is to be told of it now."""
    rows = session.execute(
        select(Hold, Membership)
        .join(Membership, Membership.community_id == Hold.community_id)
        .where(Hold.state == constant("waiting"), Membership.role.in_(("facilitator", "organiser")))
        .order_by(Hold.community_id, Hold.held_at, Hold.id)
    )
    wanted: dict[int, list[Hold]] = {}
    places: dict[int, frozenset[int]] = {}
    for held, member in rows:
        if held.community_id not in places:
            told = readers(session, held.community_id, ())
            places[held.community_id] = frozenset(one.person_id or 0 for one in told)
        if member.person_id not in places[held.community_id]:
            continue
        if member.holds_at is None:
            late = held.held_at < now - timedelta(hours=1)
            if not late or _knows(session, member.person_id, held.id):
                continue
        elif member.holds_at != now.hour or _had_today(session, member.person_id, now):
            continue
        wanted.setdefault(member.person_id, []).append(held)
    return wanted


def _knows(session: Session, person_id: int, hold_id: int) -> bool:
    found = select(Notice.id).join(Noticed, Noticed.notice_id == Notice.id)
    found = found.where(Noticed.hold_id == hold_id, Notice.person_id == person_id).limit(1)
    return session.scalar(found) is not None


def _had_today(session: Session, person_id: int, now: datetime) -> bool:
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = select(Notice.id).where(
        Notice.person_id == person_id, Notice.sent_at >= since, Notice.kind == "morning"
    )
    return session.scalar(found.limit(1)) is not None


def _address(session: Session, person_id: int, community_id: int) -> str:
    found = [one for one in membership.facilitators(session, community_id) if one[1] == person_id]
    return found[0][0] if found else ""
