"""Noticing: those who look after a community are told what waits, each by a mail of their own whose
address decides on what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import notes, outbox
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
    mail reaches fewer of these than have to approve, those above them too."""
    wanted = session.get_one(Community, community_id).approvals if level <= 1 else 1
    found: list[Reader] = []
    for role in ("facilitator", "organiser")[max(0, level - 1) :]:
        found += _members(session, community_id, role)
        if len(found) >= wanted:
            return found
    known = {reader.address for reader in found}
    return found + [Reader(address, None) for address in stewards if address not in known]


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
