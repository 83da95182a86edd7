"""The cookies that the pages set, all of them about signing in: what they are called, hold, and how long they last.

None can be read by scripts, and none goes along with a form of another site. Where the site is reached by TLS they
never travel without it, and the one that says who is signed in cannot be set by another host of the domain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

VISIT = "mailhub_visit"  # the secret of a visit
ASKED = "mailhub_asked"  # what this browser was given when it asked for a link, and where it wanted to go
KNOWN = "mailhub_known"  # under which address somebody signed in with this browser before
ASKED_LASTS = 3600  # seconds
KNOWN_LASTS = 400 * 24 * 3600
PLACE = "/signin"


class Cookies:
    """Sets and reads them; `https` says how the site is reached, `secret` is the hub's."""

    def __init__(self, secret: bytes, https: bool) -> None:
        self._https = https
        self._visit = f"__Host-{VISIT}" if https else VISIT
        self._asked = URLSafeTimedSerializer(secret, salt="mailhub.asked")
        self._known = URLSafeTimedSerializer(secret, salt="mailhub.known")

    def visit(self, request: Request) -> str:
        """The secret of the visit, as the browser says; ""."""
        if "HTTP_COOKIE" not in request.environ:
            return ""
        return request.cookies.get(self._visit, "")[:100]

    def set_visit(self, response: Response, secret: str, ends_at: datetime) -> None:
        """From now on the browser is signed in."""
        self._set(response, self._visit, secret, path="/", expires=ends_at)

    def drop_visit(self, response: Response) -> None:
        """It is no more."""
        self._set(response, self._visit, "", path="/", expires=0, max_age=0)

    def asked(self, request: Request) -> tuple[str, str]:
        """(what this browser was given when it asked for a link, the path it wanted to go on to); "" each
        where it did not ask, or long ago."""
        found = self._read(self._asked, request.cookies.get(ASKED, ""), ASKED_LASTS)
        return (str(found[0]), str(found[1])) if found else ("", "")

    def set_asked(self, response: Response, browser: str, path: str) -> None:
        """A browser asks for a link."""
        value = str(self._asked.dumps([browser, path]))
        self._set(response, ASKED, value, path=PLACE, max_age=ASKED_LASTS)

    def drop_asked(self, response: Response) -> None:
        """It has used it."""
        self._set(response, ASKED, "", path=PLACE, expires=0, max_age=0)

    def is_known(self, request: Request, address: str) -> bool:
        """Whether somebody signed in with this browser under this address before."""
        found = self._read(self._known, request.cookies.get(KNOWN, ""), KNOWN_LASTS)
        return bool(found) and found[0] == address

    def set_known(self, response: Response, address: str) -> None:
        """Somebody signed in under this address."""
        value = str(self._known.dumps([address]))
        self._set(response, KNOWN, value, path=PLACE, max_age=KNOWN_LASTS)

    def _set(self, response: Response, name: str, value: str, **how: Any) -> None:
        response.set_cookie(name, value, httponly=True, samesite="Lax", secure=self._https, **how)

    @staticmethod
    def _read(serializer: URLSafeTimedSerializer, text: str, lasts: int) -> list[Any]:
        try:
            return list(serializer.loads(text[:2_000], max_age=lasts))
        except (BadSignature, TypeError):
            return []
