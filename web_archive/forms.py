"""Whether a POST comes from a form of ours: by what the browser says, and by a token in the form.

Both must hold. A browser that says nothing of where it comes from is judged by the token alone.
"""

from __future__ import annotations

from flask import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden

from mailhub.reading import cleaning

LASTS = 24 * 3600  # seconds


def typed(request: Request, field: str, most: int) -> str:
    """What somebody typed into a field, read as what comes by mail is: one line of at most so many characters, without
    those that no database takes or that turn the words around them."""
    return " ".join(cleaning.line(request.form.get(field, ""), most).split())


def paragraphs(request: Request, field: str, most: int) -> str:
    """The same of a field for several lines."""
    return cleaning.body(request.form.get(field, "")[:most]).strip()


class Forms:
    """Makes and checks the tokens of forms; `secret` is the hub's, `site_url` where browsers reach it: behind a proxy that
    need not be what the request says."""

    def __init__(self, secret: bytes, site_url: str) -> None:
        self._origin = site_url.rstrip("/")
        self._serializer = URLSafeTimedSerializer(secret, salt="mailhub.form")

    def token(self, purpose: str) -> str:
        """What a form for this purpose carries in its field `token`."""
        return str(self._serializer.dumps(purpose))

    def check(self, request: Request, purpose: str) -> None:
        """Forbidden where the form is not ours, or was opened more than a day ago."""
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise Forbidden
        elif origin not in (None, self._origin) and origin.partition("://")[2] != request.host:
            raise Forbidden
        try:
            if self._serializer.loads(request.form.get("token", ""), max_age=LASTS) != purpose:
                raise Forbidden
        except BadSignature:
            raise Forbidden from None
