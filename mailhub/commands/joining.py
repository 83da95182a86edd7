"""Joining a community, and registering with the platform: nobody joins without saying yes themselves.

A secret community says nothing of itself to outsiders, and none says anything to whom it has banned. Where joining is by approval, those who look
after the community decide by reply; the first word counts.
"""

from __future__ import annotations

from typing import Any

from mailhub import holds, membership
from mailhub.commands import form, join_decisions, signed
from mailhub.commands.asked import NOTHING, TOO_MANY, Asked, Told, answerable
from mailhub.commands.limits import too_many
from mailhub.commands.own_errands import OWN_ROLES
from mailhub.commands.standing import standing
from mailhub.commands.welcoming import welcome
from mailhub.membership import By, requests
from mailhub.models import Community, Person, Request
from mailhub.notes import Note

MOST_SAID = 1_000  # characters


def join(asked: Asked) -> Told:
    """Somebody wants to be a member of a community, or, at the platform's address, to register."""
    community = asked.community
    present = asked.membership()
    if present is not None:
        return Told("answered", (asked.note("member-already", **standing(asked)),))
    if community is None and asked.person is not None and asked.person.agreed_at:
        return Told("answered", (asked.note("registered", known=asked.person, **found(asked)),))
    if community is not None and (
        community.visibility == "secret" or _is_banned(asked, community, asked.person)
    ):
        return NOTHING
    if community is not None and community.joining == "invitation":
        return Told("answered", (asked.note("join-by-invitation", once=""),))
    if community is not None and requests.waits(asked.session, community.id, asked.address):
        return Told("answered", (asked.note("join-waits", once=""),))
    if asked.proven and asked.person is not None and asked.person.agreed_at:
        request = asked.ask("join", _said(asked))
        return _go_on(asked, request, asked.person)
    if too_many(asked):
        return TOO_MANY
    request = asked.ask("join", _said(asked)) if community else asked.ask("register")
    template = "confirm-join" if community else "confirm-register"
    agreed = asked.person is not None and asked.person.agreed_at is not None
    note = asked.note(template, token=requests.token(request), request=request, agreed=agreed)
    return Told("asked", (note,))


def confirmed(asked: Asked, request: Request) -> Told:
    """Whoever reads the mail of an address has said yes to joining, to registering, to an invitation:
    they are known now, and have agreed to the terms of use."""
    session, now = asked.session, asked.now
    person = membership.person_at(session, request.address, now, by=asked.by)
    by = By("mail", person.id, asked.inbound_id)
    about = form.read(asked.letter)
    # "Role: reader" says what they mean to do here, anything else what they do at work.
    role = about.pop("job").casefold() if about.get("job", "").casefold() in OWN_ROLES else ""
    membership.describe(session, person, now, by=by, **about)
    membership.fill_in(session, person, now, by=by, **signed.read(asked.letter))
    membership.agree(session, person, now, by=by)
    if request.kind == "register":
        requests.settle(session, request, "done", request.address, now)
        facts = {"known": person} | found(asked)
        return Told("done", (_to(request, person, None, "registered", asked, **facts),))
    return _go_on(asked, request, person, role)


def _said(asked: Asked) -> dict[str, Any]:
    """What somebody wrote who wants to join, for those who decide; they read it once the address is
    known to be theirs."""
    return {"said": holds.barred(asked.letter.new_text, MOST_SAID)}


def _go_on(asked: Asked, request: Request, person: Person, role: str = "") -> Told:
    """Let a person in, or ask those who decide."""
    session, now = asked.session, asked.now
    community = session.get_one(Community, request.community_id)
    present = membership.membership_of(session, community.id, person.id)
    if request.kind == "join" and present is None and _is_banned(asked, community, person):
        requests.settle(session, request, "declined", request.address, now)
        return NOTHING
    if request.kind == "join" and community.joining != "open" and present is None:
        requests.wait(session, request, now)
        waits = _to(request, person, community, "join-waits", asked)
        people = join_decisions.deciders(session, community, 0, asked.stewards)
        return Told("asked", (waits, *join_decisions.ask(session, request, people, now)))
    requests.settle(session, request, "done", request.address, now)
    by = By("mail", person.id, asked.inbound_id)
    role = role or request.detail.get("role", "contributor")
    member, _ = membership.enter(session, community, person, now, role=role, by=by)
    answers = asked.letter.message_id if request.address == asked.address else ""
    note = welcome(community, person, member, request.address, now, in_reply_to=answers)
    return Told("done", (note,))


def _is_banned(asked: Asked, community: Community, person: Person | None) -> bool:
    return membership.is_banned(
        asked.session, community.id, person.id if person else None, asked.address
    )


def found(asked: Asked) -> dict[str, Any]:
    """The communities that somebody who has registered may look at first."""
    listed = membership.with_words(asked.session, asked.viewer, "")
    return {"communities": [one for one in listed if one.joining != "invitation"][:8]}


def _to(
    request: Request,
    person: Person,
    community: Community | None,
    template: str,
    asked: Asked,
    **facts: Any,
) -> Note:
    answers = asked.letter.message_id if request.address == asked.address else ""
    token = answerable(person.id, asked.now)
    return Note(
        template,
        request.address,
        community,
        facts,
        person.id,
        token=token,
        in_reply_to=answers,
    )
