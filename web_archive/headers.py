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
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-cache"),
)


def secure(response: Response, https: bool) -> Response:
    """Add what is not there yet; HSTS only where the site is reached by TLS (RFC 6797, 7.2)."""
    there = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in ALWAYS if name.lower() not in there])
    if https and "strict-transport-security" not in there:
        response.headers.add("Strict-Transport-Security", HSTS)
    return response
