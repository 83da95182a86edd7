"""A person's own page: what they take part in, and what they can change there.

It reads; every change is a POST that goes to `mailhub.commands.by_visit`, which does what a mail with the same words
would, and is told of by mail with the same receipt.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as BaseResponse

from mailhub import holds, membership, notes, visits
from mailhub.commands import by_visit
from mailhub.commands.command import Command
from mailhub.compose.own import Templates
from mailhub.membership import FOR_EVER
from mailhub.membership.digesting import KEYS
from mailhub.models import Person
from mailhub.models.communities import DELIVERIES
from mailhub.notes import Desk
from mailhub.visits import Visitor
from mailhub.words import table, templates_folder
from web_archive.current import form_token, hub, visitor
from web_archive.forms import typed

LONGEST = 300  # characters of what is typed
SAID = frozenset({"done", "asked", "answered", "nothing"})

views = Blueprint("me", __name__)


@views.get("/me/")
def page() -> BaseResponse:
    """What is known of whoever is signed in, with a form for each thing that can be changed."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/me/", 303)
    today = hub().now().date()
    with hub().database.reading() as session:
        mine = membership.of_person(session, who.person_id)
        looks_after = any(member.role in membership.LOOKING_AFTER for _, member in mine)
        html = render_template(
            "me.html",
            mine=mine,
            looks_after=looks_after,
            waiting=holds.waiting_count(session, who.person_id) if looks_after else 0,
            person=session.get_one(Person, who.person_id),
            addresses=membership.addresses_of(session, who.person_id),
            deliveries=DELIVERIES,
            today=today,
            for_ever=FOR_EVER,
            days=[names[0] for names in table("dates")["weekdays"]],
            zone=hub().site.zone,
            form=_token(who),
            reader=visits.reader_link(session, hub().site.tokens, who.person_id),
            site=hub().settings.site_url,
            said=said if (said := request.args.get("said", "")) in SAID else "",
        )
    response = Response(html)
    response.headers["Cache-Control"] = "no-store"
    return response


@views.post("/me/")
def change() -> BaseResponse:
    """Do one thing; the page that follows says whether a mail is on its way that tells of it."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/me/", 303)
    hub().forms.check(request, f"me {who.visit_id}")
    desk = Desk(hub().site, Templates(templates_folder()))
    now = hub().now()
    with hub().database.writing() as session:
        if request.form.get("verb") == "digests":
            person = session.get_one(Person, who.person_id)
            chosen = {key: typed(request, key, LONGEST) for key in KEYS}
            commands = by_visit.digests(person, hub().site, chosen)
        else:
            commands = [_command()]
        told = by_visit.ask(
            session,
            hub().site,
            hub().blobs,
            who.person_id,
            who.address,
            typed(request, "community", 32),
            commands,
            now,
        )
        notes.send(session, desk, told.notes, now)
    said = told.what if told.what in SAID else "nothing"
    return redirect(f"/me/?said={said}", 303)


def _command() -> Command:
    """What a form asks for; Forbidden for what no form of ours says."""
    verb, argument = typed(request, "verb", LONGEST), typed(request, "argument", LONGEST)
    if verb == "delivery":
        verb = argument
        if verb not in DELIVERIES:
            raise Forbidden
        return Command(verb)
    if verb == "pause" and argument:
        try:
            argument = date.fromisoformat(argument).isoformat()
        except ValueError:
            raise Forbidden from None
    if verb == "about":
        key = request.form.get("key", "")
        if key not in ("name", "organisation", "job") or not argument:
            raise Forbidden
        argument = f"{key} {argument}"
    return Command(verb, argument or None)


def _token(who: Visitor) -> str:
    return form_token(f"me {who.visit_id}")
