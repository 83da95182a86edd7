"""The security headers of every answer: nothing runs, nothing is loaded from elsewhere, nothing is told.

A view that needs another policy (a download, a picture) sets its own before; it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # for strangers' files
HSTS = "max-age=31536000"
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-cache"),
)


def secured(app: WSGIApplication, https: bool) -> WSGIApplication:
    """`app` with what is not yet among the headers of each answer; HSTS only where the site is reached by TLS (RFC 6797,
    7.2). A WSGI app (PEP 3333): seven headers through those of Flask's answers cost as much as two statements."""
    always = [*ALWAYS, ("Strict-Transport-Security", HSTS)] if https else [*ALWAYS]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            there = {name.lower() for name, _ in headers}
            more = [header for header in always if header[0].lower() not in there]
            return start_response(status, [*headers, *more], error)

        return app(environ, start)

    return answer
