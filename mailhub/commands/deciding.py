"""Decisions on who may join, by reply. A decision needs the token and the own address of somebody who
still looks after the community; the first one counts, and the others are told of it."""

from __future__ import annotations

from typing import Any

from mailhub import membership
from mailhub.addresses import Token, fold
from mailhub.commands import joining
from mailhub.commands.asked import Asked, Told
from mailhub.commands.grammar import Place, understand
from mailhub.membership import By, requests
from mailhub.models import Community, Request
from mailhub.notes import Note

MAX_REASON = 500


def answer(asked: Asked, token: Token) -> Told:
    """What became of a decision."""
    request = asked.session.get(Request, token.object)
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
    state = "done" if said == "approve" else "declined"
    by_name = (asked.person.name if asked.person else "") or asked.letter.author.address
    if not requests.settle(asked.session, request, state, by_name, asked.now):
        return Told("answered", (asked.note("join-decided", **facts, own=True),))
    return Told(
        "done", (_tell(asked, request, community, reason), *_others(asked, request, community))
    )


def _may_decide(asked: Asked, token: Token, community: Community) -> bool:
    if token.person == 0:
        return asked.address in asked.stewards
    if asked.person is None or asked.person.id != token.person:
        return False
    deciders = membership.facilitators(asked.session, community.id)
    return asked.person.id in {person_id for _, person_id in deciders}


def word(asked: Asked) -> tuple[str, str]:
    """("approve" or "reject", the reason); ("", "") where that is not clear."""
    for command in understand(asked.letter, Place.DECISION):
        if command.verb in ("approve", "reject"):
            return command.verb, (command.argument or "")[:MAX_REASON]
    for command in understand(asked.letter, Place.CONFIRM):
        return {"yes": "approve", "no": "reject"}[command.verb], ""
    return "", ""


def _tell(asked: Asked, request: Request, community: Community, reason: str) -> Note:
    """Let the person in, or tell them that they were not taken."""
    session, now = asked.session, asked.now
    if request.state == "declined":
        facts = {"reason": reason}
        return Note("join-declined", request.address, community, facts, request.person_id)
    person = membership.person_at(session, request.address, now, by=asked.by)
    by = By("mail", asked.person.id if asked.person else None, asked.inbound_id)
    member, _ = membership.enter(session, community, person, now, by=by)
    return joining.welcome(asked, community, person, member, request.address)


def _others(asked: Asked, request: Request, community: Community) -> tuple[Note, ...]:
    """Everybody who was asked is told who decided."""
    facts: dict[str, Any] = {"request": request, "newcomer": request.address}
    people = membership.facilitators(asked.session, community.id)
    deciders = people or [(address, None) for address in asked.stewards]
    return tuple(
        Note(
            "join-decided",
            address,
            community,
            {**facts, "own": fold(address) == asked.address},
            person_id,
            automatic=False,
        )
        for address, person_id in deciders
    )
