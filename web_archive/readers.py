"""Feeds for programs that cannot sign in: the feeds of what a person may read, by a secret link of their own.

The link is made and ended on the person's own page. Nothing that is answered here is kept, by us or on the way.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from mailhub import visits
from mailhub.sight import Viewer
from web_archive import feeds
from web_archive.current import hub, reading, visitor

views = Blueprint("readers", __name__)
own = Blueprint("own_readers", __name__)

for _rule, _view in (
    ("/atom.xml", feeds.everything),
    ("/c/<slug:slug>/atom.xml", feeds.feed),
    ("/c/<slug:slug>/threads/atom.xml", feeds.threads),
    ("/c/<slug:slug>/threads/<number:thread_id>/atom.xml", feeds.thread),
    ("/c/<slug:slug>/library/atom.xml", feeds.library),
    ("/c/<slug:slug>/blog/atom.xml", feeds.blog),
    ("/c/<slug:slug>/blog/by/<number:person_id>/atom.xml", feeds.blog_of),
):
    views.add_url_rule(f"/reader/<secret>{_rule}", view_func=_view)


@views.url_value_preprocessor
def _who_reads(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Whoever has the link looks with the eyes of its person."""
    secret = (values or {}).pop("secret", "")
    with reading() as db:
        person_id = visits.reader(db, hub().site.tokens, secret)
    if person_id is None:
        raise NotFound
    g.reader = f"/reader/{secret}", Viewer(person_id)


@views.after_request
def _for_one_alone(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@own.post("/me/reader")
def change() -> BaseResponse:
    """Make a link, which ends the one before it; or end it."""
    who = visitor()
    if who is None:
        return redirect("/signin?to=/me/", 303)
    hub().forms.check(request, f"me {who.visit_id}")
    with hub().database.writing() as session:
        if "end" in request.form:
            visits.end_reader_link(session, who.person_id)
        else:
            visits.make_reader_link(session, who.person_id, hub().now())
    return redirect("/me/#readers", 303)
