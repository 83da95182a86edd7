"""Decisions on who may join: who is asked, and what comes of a yes or no. The first one counts, and the
others are told of it. What nobody decides goes up: to the organisers, then to the stewards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailhub import holds, membership
from mailhub.addresses import fold
from mailhub.commands.asked import Asked, Told
from mailhub.commands.welcoming import welcome
from mailhub.membership import By, requests
from mailhub.models import Community, Request
from mailhub.notes import Note

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
    session: Session,
    request: Request,
    people: Deciders,
    now: datetime,
    since: datetime | None = None,
) -> tuple[Note, ...]:
    """One mail to each who can decide, with an address of their own to decide by. `since` is when it
    began to wait, where it has gone up."""
    community = session.get_one(Community, request.community_id)
    person = membership.person_of(session, request.address)
    notes = []
    for address, person_id in people:
        notice = holds.write(
            session,
            address,
            person_id,
            "join",
            now,
            community_id=community.id,
            request_id=request.id,
        )
        notes.append(
            Note(
                "join-request",
                address,
                community,
                {
                    "person": person,
                    "newcomer": request.address,
                    "said": request.detail.get("said", ""),
                    "since": since,
                },
                person_id,
                token=holds.token_of(notice, now),
                duty=True,
                automatic=False,
            )
        )
    return tuple(notes)


def facts(asked: Asked, request: Request) -> dict[str, Any]:
    """What every mail about a decision says of it."""
    return {"request": request, "newcomer": request.address}


def may_decide(asked: Asked, request: Request) -> bool:
    """Whether who wrote looks after the community, or is a steward."""
    return holds.may_decide(
        asked.session, asked.person, asked.address, request.community_id, asked.stewards
    )


def answered(asked: Asked, request: Request, approved: bool, reason: str) -> Told:
    """What became of a decision by mail."""
    notes = decide(
        asked.session,
        request,
        "approve" if approved else "reject",
        asked.name,
        asked.now,
        by=asked.by,
        reason=reason,
        stewards=asked.stewards,
        decided_at=asked.address,
    )
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
    """Approve or reject a request that waits, in the name of whoever decided, "" for the operator; what is to be said to the
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


def go_up(session: Session, stewards: Iterable[str], now: datetime) -> tuple[Note, ...]:
    """Ask the next above about what has waited for PATIENCE at one step; nothing is ever decided by
    waiting."""
    notes: list[Note] = []
    for request in requests.long_waiting(session, now - PATIENCE, now - 2 * PATIENCE):
        request.told += 1
        community = session.get_one(Community, request.community_id)
        people = deciders(session, community, request.told, stewards)
        notes += ask(session, request, people, now, request.waiting_since)
    session.flush()
    return tuple(notes)
