"""Founding a community by mail: a form, answered in the mail, as often as it takes.

The form is sent to nobody but the person, so its answer is believed. The stewards of the platform decide;
who looks after a community founds a part of it without them. The organiser gets a starting kit, and those
whom they named are invited.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import holds, membership, outbox
from mailhub.addresses import Purpose, Token
from mailhub.commands import form, founding_form
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.errands import Doing
from mailhub.commands.facilitating import invitation
from mailhub.commands.founding_form import Plan, Problem
from mailhub.commands.grammar import Place, understand
from mailhub.commands.limits import too_many
from mailhub.membership import By, requests
from mailhub.models import Community, Person, Request
from mailhub.notes import Note

MOST_WAITING = 5  # requests of one address


def begin(asked: Asked) -> Told:
    """Somebody wants to found a community: all of it is there, or they get the form."""
    if not asked.proven and too_many(asked):
        return NOTHING
    if requests.waiting(asked.session, "founding", asked.address) >= MOST_WAITING:
        return Told("answered", (asked.note("founding-enough"),))
    filled = founding_form.read(asked.letter)
    if asked.community is not None:
        filled["parent"] = asked.community.slug
    request = requests.ask(
        asked.session,
        "founding",
        asked.address,
        asked.now,
        person=asked.person,
        inbound_id=asked.inbound_id,
        detail={"form": filled, "about": form.read(asked.letter)},
    )
    if not asked.proven:  # what a stranger wrote is shown to nobody before they have answered
        return Told("asked", (ask_again(asked, request, shown={}, kept=bool(filled)),))
    plan, problems = _plan(asked, request)
    if problems:
        written = {key for key in filled if key != "parent"}
        wrong = problems if written else [p for p in problems if p.name == "parent-not-yours"]
        return Told("asked", (ask_again(asked, request, shown=filled, problems=wrong),))
    return _go_on(asked, request, plan)


def filled_in(asked: Asked, request: Request) -> Told:
    """An answer to the form."""
    said = founding_form.read(asked.letter)
    word = next((command.verb for command in understand(asked.letter, Place.CONFIRM)), "")
    if word == "no":
        requests.settle(asked.session, request, "declined", request.address, asked.now)
        return Told("done", (asked.note("question-declined", request=request, asked_by=""),))
    filled = {**request.detail["form"], **said}
    request.detail = {**request.detail, "form": filled}
    plan, problems = _plan(asked, request)
    if problems:
        return Told("asked", (ask_again(asked, request, shown=filled, problems=problems),))
    return _go_on(asked, request, plan)


def _plan(asked: Asked, request: Request) -> tuple[Plan, list[Problem]]:
    founder = membership.person_of(asked.session, request.address)
    filled = request.detail["form"]
    person_id = founder.id if founder else None
    return founding_form.plan(asked.session, filled, asked.site.domain, person_id)


def ask_again(
    asked: Asked,
    request: Request,
    *,
    shown: dict[str, str],
    kept: bool = False,
    problems: list[Problem] | None = None,
) -> Note:
    """The form, with what is filled in already and what is wrong with it."""
    return Note(
        "founding-form",
        request.address,
        None,
        {"filled": shown, "kept": kept, "problems": problems or [], "request": request},
        request.person_id,
        token=requests.token(request),
        in_reply_to=asked.letter.message_id if request.address == asked.address else "",
    )


def _go_on(asked: Asked, request: Request, plan: Plan) -> Told:
    """Found it, where this person may; else ask the stewards."""
    session, now = asked.session, asked.now
    person = membership.person_at(session, request.address, now, by=asked.by)
    by = By("mail", person.id, asked.inbound_id)
    about = request.detail.get("about", {}) if asked.address != request.address else {}
    about = {"name": asked.letter.author.name, **about}
    membership.describe(session, person, now, by=by, **({} if person.name else about))
    membership.agree(session, person, now, by=by)
    request.person_id = person.id
    if plan.parent:
        requests.settle(session, request, "done", request.address, now)
        return Told("done", found(asked, request, person, plan))
    requests.wait(session, request, now)
    notes = [Note("founding-waits", request.address, None, {"plan": plan}, person.id)]
    notes += [
        to_steward(session, request, person, plan, steward, now) for steward in asked.stewards
    ]
    return Told("asked", tuple(notes))


def to_steward(
    session: Session, request: Request, person: Person, plan: Plan, steward: str, now: datetime
) -> Note:
    """The mail by whose answer a steward decides; each has an address of their own."""
    notice = holds.write(session, steward, None, "founding", now, request_id=request.id)
    return Note(
        "founding-request",
        steward,
        None,
        {"plan": plan, "person": person, "founder": request.address},
        token=holds.token_of(notice, now),
        automatic=False,
        duty=True,
    )


def found(asked: Asked, request: Request, person: Person, plan: Plan) -> tuple[Note, ...]:
    """The community is there: its organiser gets the kit, whom they named an invitation. Unusable
    where something stands in the way by now."""
    session, now = asked.session, asked.now
    person = membership.became(session, person.id) or person
    by = By("founding", asked.person.id if asked.person else None, asked.inbound_id)
    community = membership.found(
        session,
        plan.slug,
        plan.name,
        now,
        parent=plan.parent,
        by=by,
        description=plan.description,
        visibility=plan.visibility,
        joining=plan.joining,
    )
    membership.enter(session, community, person, now, role="organiser", by=by)
    kit = Note(
        "founding-kit",
        request.address,
        community,
        {"plan": plan, "person": person},
        person.id,
        token=Token(Purpose.NOTICE, 0, person.id, request.expires),
        automatic=False,
    )
    named = [a for a in plan.facilitators if membership.person_of(session, a) is not person]
    invited = [
        invitation(
            session,
            community,
            address,
            now,
            name=person.name,
            role="facilitator",
            inbound_id=by.inbound_id,
        )
        for address in named
    ]
    offers = [_may_offer(asked, person, community, plan)] if plan.parent else []
    return (kit, *filter(None, offers), *invited)


def _may_offer(asked: Asked, person: Person, community: Community, plan: Plan) -> Note | None:
    """Ask the organiser of a part whether the members of the whole are to be told of it, once."""
    if community.visibility == "secret":
        return None
    request = requests.ask(
        asked.session,
        "offer",
        asked.address,
        asked.now,
        community=community,
        person=person,
        inbound_id=asked.inbound_id,
    )
    parent = membership.known_community(asked.session, plan.parent)
    facts: dict[str, Any] = {"parent": parent.name, "request": request}
    token = requests.token(request)
    return Note("founding-offer", request.address, community, facts, person.id, token=token)


def offer(asked: Asked, request: Request) -> Told:
    """Yes, tell the members of the whole: one mail, the same for all, to those who take mail and are
    not in the part already. Who may no longer say so is told nothing."""
    session, now = asked.session, asked.now
    community = session.get_one(Community, request.community_id)
    parent = session.get(Community, community.parent_id) if community.parent_id else None
    person = membership.became(session, request.person_id)
    if person is None:
        return NOTHING
    doing = Doing(session, person, now, asked.by, asked.blobs, asked.site)
    if parent is None or community.visibility == "secret" or not doing.looks_after(parent.id):
        requests.settle(session, request, "declined", request.address, now)
        return NOTHING
    requests.settle(session, request, "done", request.address, now)
    people = outbox.takers(session, parent.id, now, without=community.id)
    told = Note(
        "founding-offered",
        asked.site.address(parent.slug),
        parent,
        {"part": community},
        automatic=False,
        people=tuple(people),
    )
    done = Note(
        "founding-offer-done",
        request.address,
        community,
        {"parent": parent.name, "count": len(people)},
        person.id,
    )
    return Told("done", (told, done) if people else (done,))
