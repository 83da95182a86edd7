"""Decisions of the platform's stewards on new communities: what comes of a yes or no. The first one
counts, and the others are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.commands import founding, founding_form
from mailhub.commands.asked import Asked, Told
from mailhub.commands.founding_form import Plan, Problem
from mailhub.membership import Unusable, requests
from mailhub.models import Person, Request, constant
from mailhub.notes import Note
from mailhub.site import Site


def facts(asked: Asked, request: Request) -> dict[str, Any]:
    """What every mail about a decision says of it."""
    plan = planned(asked.session, request, asked.site.domain)
    return {"request": request, "plan": plan, "reason": ""}


def may_decide(asked: Asked, request: Request) -> bool:
    """Whether who wrote is a steward still."""
    return asked.address in asked.stewards


def answered(asked: Asked, request: Request, approved: bool, reason: str) -> Told:
    """Found it or not, and tell everybody. Where something stands in the way by now, such as its
    address, nothing is decided: the founder gets the form again, the stewards hear of it."""
    session, now = asked.session, asked.now
    plan = planned(session, request, asked.site.domain)
    if approved:
        try:
            membership.check_slug(session, plan.slug)
        except Unusable as error:
            return _again(asked, request, error)
    requests.settle(session, request, "done" if approved else "declined", asked.name, now)
    if approved:
        person = session.get_one(Person, request.person_id)
        notes = founding.found(asked, request, person, plan)
    else:
        why = {"plan": plan, "reason": reason}
        notes = (Note("founding-declined", request.address, None, why, request.person_id),)
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


def for_steward(session: Session, site: Site, address: str, now: datetime) -> list[Note]:
    """What waits for a decision, as mail to one steward."""
    return [
        founding.to_steward(
            session,
            request,
            membership.became(session, request.person_id)
            or session.get_one(Person, request.person_id),
            planned(session, request, site.domain),
            address,
            now,
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
    # To the founder it may not be told that there is a secret community.
    why = founding_form.refusal(asked.session, error.value, request.person_id)
    again = founding.ask_again(asked, request, shown=filled, problems=[Problem(why, error.value)])
    return Told("answered", (again, asked.note("founding-taken", slug_wanted=error.value)))
