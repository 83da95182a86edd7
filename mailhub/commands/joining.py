"""Joining a community, and registering with the platform: nobody joins without saying yes themselves.

A secret community says nothing of itself to outsiders. Where joining is by approval, those who look
after the community decide by reply; the first word counts.
"""

from __future__ import annotations

from typing import Any

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import form
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.limits import too_many
from mailhub.commands.standing import standing
from mailhub.membership import By, requests
from mailhub.models import Community, Membership, Person, Request
from mailhub.notes import Note


def join(asked: Asked) -> Told:
    """Somebody wants to be a member of a community, or, at the platform's address, to register."""
    community = asked.community
    present = asked.membership()
    if present is not None:
        return Told("answered", (asked.note("member-already", **standing(asked)),))
    if community is None and asked.person is not None and asked.person.agreed_at:
        return Told("answered", (asked.note("registered", **found(asked)),))
    if community is not None and community.visibility == "secret":
        return NOTHING
    if community is not None and community.joining == "invitation":
        return Told("answered", (asked.note("join-by-invitation", once=""),))
    if asked.proven and asked.person is not None and asked.person.agreed_at:
        request = _request(asked, "join")
        return _go_on(asked, request, asked.person)
    if too_many(asked):
        return NOTHING
    request = _request(asked, "join" if community else "register")
    template = "confirm-join" if community else "confirm-register"
    note = asked.note(template, token=requests.token(request), request=request)
    return Told("asked", (note,))


def _request(asked: Asked, kind: str) -> Request:
    return requests.ask(
        asked.session,
        kind,
        asked.address,
        asked.now,
        community=asked.community,
        person=asked.person,
        inbound_id=asked.inbound_id,
        detail={"about": form.read(asked.letter)},
    )


def confirmed(asked: Asked, request: Request) -> Told:
    """Whoever reads the mail of an address has said yes to joining, to registering, to an invitation:
    they are known now, and have agreed to the terms of use."""
    session, now = asked.session, asked.now
    about = {**request.detail.get("about", {}), **form.read(asked.letter)}
    person = membership.person_at(session, request.address, now, by=asked.by)
    by = By("mail", person.id, asked.inbound_id)
    membership.describe(session, person, now, by=by, **about)
    if not person.name:
        membership.describe(session, person, now, by=by, name=asked.letter.author.name)
    membership.agree(session, person, now, by=by)
    if request.kind == "register":
        requests.settle(session, request, "done", request.address, now)
        return Told("done", (_to(request, person, None, "registered", asked, **found(asked)),))
    return _go_on(asked, request, person)


def _go_on(asked: Asked, request: Request, person: Person) -> Told:
    """Let a person in, or ask those who decide."""
    session, now = asked.session, asked.now
    community = session.get_one(Community, request.community_id)
    present = membership.membership_of(session, community.id, person.id)
    if request.kind == "join" and community.joining != "open" and present is None:
        requests.wait(session, request, now)
        waits = _to(request, person, community, "join-waits", asked)
        return Told("asked", (waits, *to_deciders(asked, request, community, person)))
    requests.settle(session, request, "done", request.address, now)
    by = By("mail", person.id, asked.inbound_id)
    role = request.detail.get("role", "contributor")
    member, _ = membership.enter(session, community, person, now, role=role, by=by)
    return Told("done", (welcome(asked, community, person, member, request.address),))


def to_deciders(
    asked: Asked, request: Request, community: Community, person: Person
) -> tuple[Note, ...]:
    """One mail to each who can decide, with an address of their own to decide by."""
    people = membership.facilitators(asked.session, community.id)
    deciders = people or [(address, None) for address in asked.stewards]
    return tuple(
        Note(
            "join-request",
            address,
            community,
            {"person": person, "newcomer": request.address, "request": request},
            person_id,
            token=Token(Purpose.DECIDE, request.id, person_id or 0),
            automatic=False,
        )
        for address, person_id in deciders
    )


def welcome(
    asked: Asked, community: Community, person: Person, member: Membership, address: str
) -> Note:
    """The first mail that a new member gets, with the facilitators' own words."""
    return Note(
        "welcome",
        address,
        community,
        {"person": person, "member": member, "words": community.welcome},
        person.id,
        in_reply_to=asked.letter.message_id if address == asked.address else "",
    )


def found(asked: Asked) -> dict[str, Any]:
    """The communities that somebody who has registered may look at first."""
    return {"communities": membership.with_words(asked.session, asked.viewer, "")[:8]}


def _to(
    request: Request,
    person: Person,
    community: Community | None,
    template: str,
    asked: Asked,
    **facts: Any,
) -> Note:
    answers = asked.letter.message_id if request.address == asked.address else ""
    return Note(template, request.address, community, facts, person.id, in_reply_to=answers)
