"""The security headers of every answer: nothing runs, nothing is loaded from elsewhere, nothing is told.

A view that needs another policy (a download, a picture) sets its own before; it is left alone.
"""

from __future__ import annotations

from flask import Response

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
ALONE = "default-src 'none'; frame-ancestors 'none'; sandbox"  # for strangers' files
HSTS = "max-age=31536000"


def secure(response: Response, https: bool) -> Response:
    """Add what is not there yet; HSTS only where the site is reached by TLS (RFC 6797, 7.2)."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cache-Control", "no-cache")
    if https:
        headers.setdefault("Strict-Transport-Security", HSTS)
    return response
