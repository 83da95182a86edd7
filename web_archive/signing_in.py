"""Signing in by a link that comes by mail, and out.

The pages say the same to everybody, and as fast, whoever is known here. A GET changes nothing: the page of a link
shows a button, and only a POST by the browser that asked for it uses the link.
"""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mailhub import visits
from mailhub.addresses import fold, is_address
from web_archive.current import form_token, hub, visitor
from web_archive.invitations import Asking
from web_archive.peers import bound

HOME = "/me/"
LONGEST_PATH = 1_000
# A path of this site and nothing that a browser could take for another: `//host`, `/\host`.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")

views = Blueprint("signing_in", __name__)


def own_path(text: str) -> str:
    """`text` where it is a path on this site, else where a member begins."""
    return text if len(text) <= LONGEST_PATH and _PATH.fullmatch(text) else HOME


@views.get("/signin")
def form() -> Response:
    """Where an address is asked for."""
    return _page("sign_in.html", to=own_path(request.args.get("to", "")))


@views.post("/signin")
def ask() -> Response:
    """Have a link mailed to this address, if it is somebody's."""
    hub().forms.check(request, "sign in")
    bound(hub().limits.signing_in)
    address = fold(request.form.get("address", "")[:300])
    to = own_path(request.form.get("to", ""))
    if not is_address(address):
        return _page("sign_in.html", 400, to=to, problem=True)
    cookies = hub().cookies
    browser = cookies.asked(request)[0] or secrets.token_urlsafe(32)
    hub().invitations.ask(Asking(address, browser, cookies.is_known(request, address)))
    response = _page("sign_in_asked.html", address=address, to=to)
    cookies.set_asked(response, browser, to)
    return response


@views.get("/signin/<link>")
def show(link: str) -> Response:
    """The page of a link: a button, or what to do where another browser asked for it."""
    browser, to = hub().cookies.asked(request)
    if not browser:
        return _page("sign_in_elsewhere.html", to=HOME)
    return _page("sign_in_link.html", to=to, link=link)


@views.post("/signin/<link>")
def use(link: str) -> BaseResponse:
    """Begin a visit, where this browser asked for the link and nobody has used it."""
    hub().forms.check(request, "use link")
    bound(hub().limits.signing_in)
    cookies = hub().cookies
    browser, to = cookies.asked(request)
    begun = None
    if browser and len(link) < 100:
        with hub().database.writing() as session:
            begun = visits.begin(session, link, browser, hub().now())
    if begun is None:
        return _page("sign_in_elsewhere.html", 410, to=own_path(to))
    secret, address = begun
    response = Response(status=303, headers={"Location": own_path(to)})
    cookies.set_visit(response, secret, hub().now() + visits.LONGEST)
    cookies.set_known(response, address)
    cookies.drop_asked(response)
    return response


@views.post("/signout")
def leave() -> BaseResponse:
    """End this visit, or all of this person's."""
    who = visitor()
    if who is None:
        return redirect("/", 303)
    hub().forms.check(request, f"me {who.visit_id}")
    with hub().database.writing() as session:
        if "everywhere" in request.form:
            visits.end_all(session, who.person_id, hub().now())
        else:
            visits.end(session, who.visit_id)
    response = Response(status=303, headers={"Location": "/", "Clear-Site-Data": '"cache"'})
    hub().cookies.drop_visit(response)
    return response


def _page(template: str, status: int = 200, **facts: object) -> Response:
    facts = {"problem": False, **facts}
    if template == "sign_in_link.html":
        facts["form"] = form_token("use link")
    else:
        facts["form"] = form_token("sign in")
    response = Response(render_template(template, **facts), status)
    response.headers["Cache-Control"] = "no-store"
    return response
