"""What every answer is given once its view has made it: whether it may be kept, and by whom; what a browser says of where
it comes from; that a redirect leads to no other host."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from mailhub import visits
from web_archive.current import visitor
from web_archive.kept_pages import KEEP
from web_archive.packing import pack_for_member

KEPT = frozenset(
    {
        "communities",
        "threads",
        "posts",
        "library",
        "changes",
        "events",
        "finding",
        "feeds",
        "months",
        "people",
        "sitemaps",
        "blogs",
        "headlines",
        "weeks",
    }
)
SECRET = frozenset({"holding", "unsubscribing"})  # whoever has the address sees what is there


def finished(response: Response) -> Response:
    """The answer as it goes."""
    if request.blueprint in KEPT:  # all pages that only show what is in the database
        request.environ[KEEP] = True
    _stay_here(response)
    if request.blueprint in SECRET:
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    if g.get("has_form"):
        # Under no-referrer a browser says "null" for the origin of our own form, and where it has nothing better to
        # say (over plain HTTP, or an older one) nobody could tell it from another site's.
        response.headers["Referrer-Policy"] = "same-origin"
    return _of_visitor(response)


def _stay_here(response: Response) -> None:
    """A redirect names no host: not the one that a request was said to be for, which anybody may say, nor the scheme by
    which a proxy asked."""
    location = response.headers.get("Location", "")
    if location.startswith(("http:", "https:")):
        response.headers["Location"] = urlsplit(location)._replace(scheme="", netloc="").geturl()
        response.autocorrect_location_header = False


def _of_visitor(response: Response) -> Response:
    """What is shown to somebody who is signed in is for them alone: no cache gives it to another. A cookie
    that opens nothing any more is taken back."""
    response.vary.add("Cookie")
    shared = current_app.extensions["mailhub"]
    if request.path.startswith("/static/") or not shared.cookies.visit(request):
        return response
    who = visitor()
    if who is None:
        # Where something failed, so may have the look for whose it is.
        if response.status_code < 500:
            shared.cookies.drop_visit(response)
        return response
    if who.seen_at < shared.now() - visits.NOTED:
        with shared.database.writing() as session:
            visits.seen(session, who, shared.now())
    if "no-store" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-cache"
    if request.environ.get(KEEP) and response.status_code == 200:
        pack_for_member(request, response)
        response.add_etag()
        response.make_conditional(request)
    return response
