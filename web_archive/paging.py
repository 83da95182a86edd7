"""Which page of a long list is asked for: `?page=`, from 1 on."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import NotFound

LAST = 9_999


def asked_page(last: int = LAST) -> int:
    """The page that is asked for, the first where none is named; NotFound for what is no page up to `last`."""
    named = request.args.get("page", "1")
    if not (named.isdecimal() and len(named) <= 4 and 1 <= int(named) <= last):
        raise NotFound
    return int(named)
