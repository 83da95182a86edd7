"""What is shown where a page cannot be: it is closed, it is not there, or too much was asked for."""

from __future__ import annotations

import re

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException, NotFound, ServiceUnavailable, TooManyRequests

from web_archive.current import reading, viewer
from web_archive.places import Closed, Place, listed

_PLACE = re.compile(r"/c/([a-z0-9-]{2,32})/")


def closed(error: Closed) -> tuple[str, int]:
    """What somebody sees of a community that they may not read."""
    return render_template("closed.html", place=error.place), 403


def refused(error: HTTPException) -> Response:
    """The page of an HTTP error, in words; where a page is not there, with the community around it."""
    status = error.code or 500
    if status < 400 and error.response is not None:
        return Response(status=status, headers=dict(error.response.headers))
    place = _around() if status == 404 else None
    response = Response(render_template("refused.html", status=status, place=place), status)
    if isinstance(error, TooManyRequests | ServiceUnavailable) and error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _around() -> Place | None:
    """The community in which something was looked for, where the viewer reads there."""
    slug = _PLACE.match(request.path)
    if slug is None:
        return None
    with reading() as db:
        try:
            place = listed(db, slug[1], viewer())
        except NotFound:
            return None
    return place if place.readable else None
