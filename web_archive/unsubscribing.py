"""One click to leave, or to have no more digests (RFC 8058): a POST by a mail program, or by the button of the page.

A GET never acts: link scanners open every link. The token alone says who and what; no cookie, no
redirect, and the same answer when it is asked twice.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from mailhub.addresses import Purpose, Token
from mailhub.membership import decline_digests, of_link, unsubscribe
from mailhub.models import Community, Digest
from web_archive.current import hub

views = Blueprint("unsubscribing", __name__)


@views.get("/u/<token>")
def ask(token: str) -> str:
    """A page with one button."""
    genuine = _genuine(token)
    if genuine.purpose == Purpose.DIGESTS_OFF:
        with hub().database.reading() as session:
            found = session.get(Digest, genuine.object)
            frequency = found.frequency if found is not None else ""
        return render_template("digests_off.html", token=token, frequency=frequency, done=False)
    with hub().database.reading() as session:
        membership = of_link(session, genuine)
        community = session.get(Community, membership.community_id) if membership else None
        name = community.name if community else ""
    return render_template("unsubscribe.html", token=token, name=name, done=False)


@views.post("/u/<token>")
def act(token: str) -> Response:
    """Leave, or have no more digests. A mail program reads only the status; a person came by the button
    and gets a page."""
    genuine = _genuine(token)
    of_digests = genuine.purpose == Purpose.DIGESTS_OFF
    with hub().database.writing() as session:
        (decline_digests if of_digests else unsubscribe)(session, genuine, hub().now())
    if "by" in request.form:
        page = "digests_off.html" if of_digests else "unsubscribe.html"
        html = render_template(page, token=token, name="", frequency="", done=True)
        return Response(html, mimetype="text/html")
    return Response(render_template("unsubscribed.txt"), mimetype="text/plain")


def _genuine(text: str) -> Token:
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.DIGESTS_OFF):
        token = hub().site.tokens.read(purpose, text)
        if token is not None:
            return token
    raise NotFound
