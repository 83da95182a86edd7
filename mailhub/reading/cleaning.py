"""Every string of a mail passes through here, once, before it leaves the room.

Out come only Unicode scalar values without control characters: no NUL, CR, LF or surrogate reaches a
database, a log or an outgoing header (PostgreSQL refuses NUL and surrogates, SMTP is split by CR and
LF). Nothing is refused; what cannot be kept is dropped or becomes U+FFFD.
"""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, and what changes the direction of the text around it: a name that holds
# such a mark shows as another name.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_BODY_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_FOLD = re.compile(r"\r\n(?=[ \t])|[\r\n]+(?=[ \t])")
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]")
_LINE_ENDS = re.compile(r"\r\r?\n|\r|\u2028|\u2029|\x0c")


def line(value: str, limit: int = 2000) -> str:
    """`value` as one line of at most `limit` characters, unfolded and trimmed."""
    if (
        value.isprintable() and len(value) <= limit
    ):  # most are; isprintable() knows all of the below
        return value.strip()
    value = _FOLD.sub("", value[: 4 * limit])
    value = _CONTROLS.sub("", _BREAKS.sub(" ", value))
    return _SURROGATES.sub("\ufffd", value).strip()[:limit]


def body(value: str) -> str:
    """`value` with line ends LF and without control characters other than tabs."""
    if "\r\r" not in value:
        value = value.replace("\r\n", "\n")
    if "\r" in value or "\x0c" in value or "\u2028" in value or "\u2029" in value:
        value = _LINE_ENDS.sub("\n", value)
    # Most are printable but for line ends and tabs, which is soon told.
    if value.replace("\n", "").replace("\t", "").isprintable():
        return value
    if value.isascii():
        return _BODY_CONTROLS.sub("", value)
    return _SURROGATES.sub("\ufffd", _BODY_CONTROLS.sub("", value))
