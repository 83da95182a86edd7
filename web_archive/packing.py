"""What goes over the line is packed (gzip) where the browser takes that: a discussion of fifty posts is a fifth then.

Strangers' pages have no secret whose length could be guessed from outside. Of what a member sees only discussions are packed, and only
under their bare address: what is asked for puts nothing into them, so that nobody can try out what is beside it (BREACH).
"""

from __future__ import annotations

import gzip
import re

from flask import Request, Response

WORTH_IT = 1_400  # octets: less goes in one packet anyway
_LEVEL = 5
_REFUSED = re.compile(r"q=0(\.0*)?", re.IGNORECASE)
_DISCUSSIONS = frozenset({"threads", "posts", "months"})


def takes_gzip(accepted: str) -> bool:
    """Whether gzip is named in Accept-Encoding and not refused (RFC 9110, 12.5.3)."""
    for one in accepted[:500].split(","):
        name, _, weight = one.replace(" ", "").partition(";")
        if name.lower() == "gzip":
            return _REFUSED.fullmatch(weight) is None
    return False


def packed(octets: bytes) -> bytes:
    """The same octets always give the same."""
    return gzip.compress(octets, _LEVEL, mtime=0)


def pack_for_member(request: Request, response: Response) -> None:
    """Pack a page made for somebody who is signed in, where that gives nothing away."""
    if request.blueprint not in _DISCUSSIONS or request.query_string:
        return
    response.vary.add("Accept-Encoding")
    octets = response.get_data()
    if len(octets) < WORTH_IT or not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return
    response.set_data(packed(octets))
    response.headers["Content-Encoding"] = "gzip"
