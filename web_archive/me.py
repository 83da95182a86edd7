"""A person's own page: what they take part in, and signing out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from mailhub import membership
from web_archive.current import hub, visitor

views = Blueprint("me", __name__)


@views.get("/me/")
def page() -> BaseResponse:
    """The communities of whoever is signed in."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/me/", 303)
    with hub().database.reading() as session:
        mine = membership.of_person(session, who.person_id)
        html = render_template("me.html", mine=mine, form=hub().forms.token(f"me {who.visit_id}"))
    response = Response(html)
    response.headers["Cache-Control"] = "no-store"
    return response
