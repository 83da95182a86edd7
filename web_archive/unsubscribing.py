"""One click to leave, or to have no more digests or newsletters (RFC 8058): a POST by a mail program, or by the button of the page.

A GET never acts: link scanners open every link. The token alone says who and what; no cookie, no
redirect, and the same answer when it is asked twice.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from mailhub.addresses import Purpose, Token
from mailhub.membership import decline_digests, decline_newsletters, of_link, unsubscribe
from mailhub.models import Community, Digest
from web_archive.current import hub

# By what the token is for: what acts, and the page of its button.
_ENDS = {
    Purpose.UNSUBSCRIBE: (unsubscribe, "unsubscribe.html"),
    Purpose.DIGESTS_OFF: (decline_digests, "digests_off.html"),
    Purpose.NEWSLETTERS_OFF: (decline_newsletters, "newsletters_off.html"),
}

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
    if genuine.purpose == Purpose.NEWSLETTERS_OFF:
        return render_template("newsletters_off.html", token=token, done=False)
    with hub().database.reading() as session:
        membership = of_link(session, genuine)
        community = session.get(Community, membership.community_id) if membership else None
        name = community.name if community else ""
    return render_template("unsubscribe.html", token=token, name=name, done=False)


@views.post("/u/<token>")
def act(token: str) -> Response:
    """Leave, or have no more digests or newsletters. A mail program reads only the status; a person came by the button
    and gets a page."""
    genuine = _genuine(token)
    end, page = _ENDS[genuine.purpose]
    with hub().database.writing() as session:
        end(session, genuine, hub().now())
    if "by" in request.form:
        html = render_template(page, token=token, name="", frequency="", done=True)
        return Response(html, mimetype="text/html")
    return Response(render_template("unsubscribed.txt"), mimetype="text/plain")


def _genuine(text: str) -> Token:
    for purpose in _ENDS:
        token = hub().site.tokens.read(purpose, text)
        if token is not None:
            return token
    raise NotFound
