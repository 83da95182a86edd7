"""Decisions of the platform's stewards on new communities, by reply. A decision needs the token and the
own address of somebody who is a steward still; the first one counts, and the others are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import deciding, founding, founding_form
from mailhub.commands.asked import Asked, Told
from mailhub.commands.founding_form import Plan, Problem
from mailhub.membership import Unusable, requests
from mailhub.models import Person, Request, constant
from mailhub.notes import Note
from mailhub.site import Site


def of_token(asked: Asked, token: Token) -> Request | None:
    """The request for a new community that a decision is about; None where it is about another."""
    request = requests.of_token(asked.session, token)
    return request if request is not None and request.kind == "founding" else None


def answer(asked: Asked, request: Request) -> Told:
    """What became of a decision."""
    if asked.address not in asked.stewards:
        return Told("answered", (asked.note("decide-from-your-address", once=""),))
    plan = planned(asked.session, request, asked.site.domain)
    facts: dict[str, Any] = {"request": request, "plan": plan}
    if request.state != "waiting":
        return Told("answered", (asked.note("founding-decided", **facts, own=True, reason=""),))
    said, reason = deciding.word(asked)
    if not said:
        token = Token(Purpose.DECIDE, request.id)
        return Told("answered", (asked.note("founding-unclear", token=token, **facts),))
    return decide(asked, request, said == "approve", reason)


def decide(asked: Asked, request: Request, approved: bool, reason: str) -> Told:
    """Found it or not, and tell everybody. Where something stands in the way by now, such as its
    address, nothing is decided: the founder gets the form again, the stewards hear of it."""
    session, now = asked.session, asked.now
    plan = planned(session, request, asked.site.domain)
    by_name = (asked.person.name if asked.person else "") or asked.letter.author.address
    if approved:
        try:
            membership.check_slug(session, plan.slug)
        except Unusable as error:
            return _again(asked, request, error)
    requests.settle(session, request, "done" if approved else "declined", by_name, now)
    if approved:
        person = session.get_one(Person, request.person_id)
        notes = founding.found(asked, request, person, plan)
    else:
        facts = {"plan": plan, "reason": reason}
        notes = (Note("founding-declined", request.address, None, facts, request.person_id),)
    told = tuple(
        Note(
            "founding-decided",
            steward,
            None,
            {"request": request, "plan": plan, "own": steward == asked.address, "reason": reason},
            automatic=steward == asked.address,
        )
        for steward in asked.stewards
    )
    return Told("done", (*notes, *told))


def planned(session: Session, request: Request, domain: str) -> Plan:
    """What was asked for."""
    return founding_form.plan(session, request.detail["form"], domain, request.person_id)[0]


def waiting(session: Session, site: Site) -> list[dict[str, Any]]:
    """What waits for a decision, the oldest first."""
    return [
        {
            "asked_by": request.address,
            "since": request.waiting_since,
            **asdict(planned(session, request, site.domain)),
        }
        for request in _waiting(session)
    ]


def for_steward(session: Session, site: Site, address: str) -> list[Note]:
    """What waits for a decision, as mail to one steward."""
    return [
        founding.to_steward(
            request,
            session.get_one(Person, request.person_id),
            planned(session, request, site.domain),
            address,
        )
        for request in _waiting(session)
    ]


def _waiting(session: Session) -> Sequence[Request]:
    return session.scalars(
        select(Request)
        .where(Request.state == constant("waiting"), Request.kind == "founding")
        .order_by(Request.id)
    ).all()


def _again(asked: Asked, request: Request, error: Unusable) -> Told:
    request.state, request.waiting_since = "asked", None
    request.expires = (asked.now + requests.LASTS).date()
    asked.session.flush()
    filled = request.detail["form"]
    again = founding.ask_again(
        asked, request, shown=filled, problems=[Problem(error.name, error.value)]
    )
    return Told("answered", (again, asked.note("founding-taken", slug_wanted=error.value)))
