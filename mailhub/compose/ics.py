"""iCalendar as we write it (RFC 5545): lines escaped and folded, nothing that was not checked before."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

MAX_LINE = 73  # octets before a fold, so that quoted-printable hardly has to break one
OWN_LINES = "X-MAILHUB-OWN-LINES"  # stands where each copy has lines of its own
_ENDS = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NOT_IN_PARAMETERS = re.compile(r'[\x00-\x1f\x7f";:,]')


def line(name: str, value: str) -> str:
    """One content line with its CRLF, folded at MAX_LINE octets between characters."""
    whole = f"{name}:{value}"
    if len(whole) <= MAX_LINE and whole.isascii():
        return whole + "\r\n"
    pieces, piece, size = [], "", 0
    for character in whole:
        octets = len(character.encode())
        if size + octets > MAX_LINE:
            pieces.append(piece)
            piece, size = "", 1
        piece += character
        size += octets
    return "\r\n ".join([*pieces, piece]) + "\r\n"


def text(value: str) -> str:
    """A text value (3.3.11)."""
    value = _CONTROLS.sub("", _ENDS.sub("\n", value))
    for mark in ("\\", ";", ","):
        value = value.replace(mark, "\\" + mark)
    return value.replace("\n", "\\n")


def parameter(value: str) -> str:
    """The value of a parameter such as CN, in quotes."""
    return f'"{" ".join(_NOT_IN_PARAMETERS.sub(" ", value).split())[:100]}"'


def utc(at: datetime) -> str:
    """`20261126T140000Z`."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def day(at: date) -> str:
    """`20261126`."""
    return at.strftime("%Y%m%d")
