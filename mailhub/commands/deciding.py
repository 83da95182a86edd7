"""Decisions on who may join, by reply. A decision needs the token and the own address of somebody who
still looks after the community; the first one counts, and the others are told of it. What nobody
decides goes up: to the organisers, then to the stewards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token, fold
from mailhub.commands.asked import Asked, Told
from mailhub.commands.grammar import Place, understand
from mailhub.commands.welcoming import welcome
from mailhub.membership import By, requests
from mailhub.models import Community, Request
from mailhub.notes import Note

MAX_REASON = 500
PATIENCE = timedelta(hours=48)  # of each step on the way up

Deciders = list[tuple[str, int | None]]  # address, person


def deciders(
    session: Session, community: Community, told: int, stewards: Iterable[str]
) -> Deciders:
    """Who is asked: 0 those who look after the community, 1 its organisers, 2 the stewards. Where there
    is nobody of a kind it is the stewards."""
    roles = {0: ("organiser", "facilitator"), 1: ("organiser",), 2: ()}[min(told, 2)]
    people = membership.in_roles(session, community.id, roles) if roles else []
    return people or [(address, None) for address in stewards]


def ask(
    session: Session, request: Request, people: Deciders, since: datetime | None = None
) -> tuple[Note, ...]:
    """One mail to each who can decide, with an address of their own to decide by. `since` is when it
    began to wait, where it has gone up."""
    community = session.get_one(Community, request.community_id)
    person = membership.person_of(session, request.address)
    return tuple(
        Note(
            "join-request",
            address,
            community,
            {"person": person, "newcomer": request.address, "request": request, "since": since},
            person_id,
            token=Token(Purpose.DECIDE, request.id, person_id or 0),
            automatic=False,
        )
        for address, person_id in people
    )


def answer(asked: Asked, token: Token) -> Told:
    """What became of a decision."""
    request = requests.of_token(asked.session, token)
    if request is None or request.community_id is None:
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    community = asked.session.get_one(Community, request.community_id)
    if not _may_decide(asked, token, community):
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    facts: dict[str, Any] = {"request": request, "newcomer": request.address}
    if request.state != "waiting":
        return Told("answered", (asked.note("join-decided", **facts, own=True),))
    said, reason = word(asked)
    if not said:
        return Told("answered", (asked.note("join-unclear", token=token, **facts),))
    name = (asked.person.name if asked.person else "") or asked.letter.author.address
    notes = decide(
        asked.session, request, said, name, asked.now, by=asked.by, reason=reason,
        stewards=asked.stewards, decided_at=asked.address,
    )  # fmt: skip
    return Told("done", notes)


def decide(
    session: Session,
    request: Request,
    decision: str,
    name: str,
    now: datetime,
    *,
    by: By,
    reason: str = "",
    stewards: Iterable[str] = (),
    decided_at: str = "",
) -> tuple[Note, ...]:
    """Approve or reject a request that waits, in the name of whoever decided; what is to be said to the
    person and to all who were asked. Nothing where it was decided before."""
    state = "done" if decision == "approve" else "declined"
    if not requests.settle(session, request, state, name, now):
        return ()
    community = session.get_one(Community, request.community_id)
    if state == "done":
        person = membership.person_at(session, request.address, now, by=by)
        member, _ = membership.enter(session, community, person, now, by=by)
        said = welcome(community, person, member, request.address, now)
    else:
        facts = {"reason": reason}
        said = Note("join-declined", request.address, community, facts, request.person_id)
    asked = {
        fold(address): person_id
        for step in range(request.told + 1)
        for address, person_id in deciders(session, community, step, stewards)
    }
    return (said, *(_told(request, community, *one, decided_at) for one in asked.items()))


def _told(
    request: Request, community: Community, address: str, person_id: int | None, decided_at: str
) -> Note:
    facts = {"request": request, "newcomer": request.address, "own": address == decided_at}
    return Note("join-decided", address, community, facts, person_id, automatic=False)


def _may_decide(asked: Asked, token: Token, community: Community) -> bool:
    if token.person == 0:
        return asked.address in asked.stewards
    if asked.person is None or asked.person.id != token.person:
        return False
    people = membership.facilitators(asked.session, community.id)
    return asked.person.id in {person_id for _, person_id in people}


def word(asked: Asked) -> tuple[str, str]:
    """("approve" or "reject", the reason); ("", "") where that is not clear."""
    for command in understand(asked.letter, Place.DECISION):
        if command.verb in ("approve", "reject"):
            return command.verb, (command.argument or "")[:MAX_REASON]
    for command in understand(asked.letter, Place.CONFIRM):
        return {"yes": "approve", "no": "reject"}[command.verb], ""
    return "", ""


def go_up(session: Session, stewards: Iterable[str], now: datetime) -> tuple[Note, ...]:
    """Ask the next above about what has waited for PATIENCE at one step; nothing is ever decided by
    waiting."""
    notes: list[Note] = []
    for request in requests.long_waiting(session, now - PATIENCE, now - 2 * PATIENCE):
        request.told += 1
        community = session.get_one(Community, request.community_id)
        people = deciders(session, community, request.told, stewards)
        notes += ask(session, request, people, request.waiting_since)
    session.flush()
    return tuple(notes)
