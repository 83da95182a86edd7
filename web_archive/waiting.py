"""What waits for whoever is signed in, over all communities that they look after.

A GET shows; the button beside a mail opens the page of its notice (`web_archive.holding`), which asks by mail
before anything is decided. Who has had no notice of a mail yet, since they want one a morning, is given its
page so.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub import holds
from mailhub.models import Hold, Person
from mailhub.words import table
from web_archive.current import form_token, hub, visitor

MOST = 500

views = Blueprint("waiting", __name__)


@views.get("/holds/")
def page() -> BaseResponse:
    """All that waits for this person, the oldest first."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/holds/", 303)
    with hub().database.reading() as session:
        html = render_template(
            "waiting.html",
            mails=holds.waiting_for(session, who.person_id, MOST),
            reasons=table("reasons"),
            form=form_token(f"holds {who.visit_id}"),
        )
    response = Response(html)
    response.headers["Cache-Control"] = "no-store"
    return response


@views.post("/holds/<number:number>")
def opened(number: int) -> BaseResponse:
    """The page of one mail, with a form to decide."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/holds/", 303)
    hub().forms.check(request, f"holds {who.visit_id}")
    now = hub().now()
    with hub().database.writing() as session:
        held = session.get(Hold, number)
        person = session.get(Person, who.person_id)
        if held is None or not holds.may_decide(session, person, "", held.community_id, ()):
            raise NotFound
        notice, of_notice = holds.about(session, who.person_id, who.address, held, now)
        token = hub().site.tokens.sign(holds.token_of(notice, now))
    return redirect(f"/hold/{token}/{of_notice}", 303)
