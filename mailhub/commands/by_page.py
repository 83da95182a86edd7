"""Decisions on held mail from the page that a notice links to.

Whoever has the notice has the link, also one to whom it was forwarded. So a page decides nothing by
itself: the person whom the notice was sent to is asked once, by mail, as when a reply is not proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailhub import addresses, holds, membership
from mailhub.addresses import Token
from mailhub.commands.moderating import VERBS
from mailhub.holds import By, Result
from mailhub.membership import requests
from mailhub.models import Community, Hold, Notice
from mailhub.notes import Note

MOST_A_DAY = 50  # questions to one address
MAX_ARGUMENT = 2_000


def notice_of(
    session: Session, token: Token, stewards: Sequence[str], now: datetime
) -> tuple[Notice, dict[int, Hold]] | None:
    """The notice of a page with what it is about that its reader still looks after, by number; None where
    it is over, or nothing of that is left to them."""
    notice = holds.notice_of(session, token)
    if notice is None or token.is_over(now) or (notice.person_id or 0) != token.person:
        return None
    person = membership.became(session, notice.person_id)
    address = addresses.fold(notice.address)
    theirs = {
        number: held
        for number, held in holds.numbered(session, notice).items()
        if holds.may_decide(session, person, address, held.community_id, stewards)
    }
    return (notice, theirs) if theirs else None


def problem(verb: str, argument: str) -> str:
    """Why this cannot be asked, in a word; "" where it can."""
    if verb not in VERBS - {"undo"}:
        return "verb"
    if verb == "forward" and not addresses.is_address(addresses.fold(argument)):
        return "address"
    return "subject" if verb == "edit" and not argument.strip() else ""


def ask(
    session: Session,
    notice: Notice,
    number: int,
    held: Hold,
    verb: str,
    argument: str,
    now: datetime,
) -> tuple[Note, ...]:
    """The question to the reader of a notice whether this is what they want; none where so many have gone
    to them today that somebody else may be asking."""
    address = addresses.fold(notice.address)
    argument = argument.strip()[:MAX_ARGUMENT]
    person = membership.became(session, notice.person_id)
    by = By("link", address, notice.person_id, (person.name if person else "") or address)
    if requests.asked_since(session, now - timedelta(days=1), address=address) >= MOST_A_DAY:
        holds.tried(session, [held], by, "too-many", now, verb=verb, argument=argument)
        return ()
    community = session.get_one(Community, held.community_id)
    request = requests.ask(
        session,
        "decision",
        address,
        now,
        community=community,
        person=person,
        detail={"notice": notice.id, "words": [[number, held.id, verb, argument]]},
    )
    holds.tried(session, [held], by, "asked", now, verb=verb, argument=argument)
    facts = holds.receipt(session, [Result(held, verb, argument, "asked", number)], now)
    return (
        Note(
            "confirm-decision",
            address,
            community,
            facts,
            notice.person_id,
            token=requests.token(request),
            in_reply_to=notice.message_id,
        ),
    )
