"""Header values as people meant them: raw octets and RFC 2047 words to text.

Tolerant where real mail is: raw 8-bit, words split inside a character, blanks inside a word, words
that touch other text, unknown charsets. Linear; never raises. Structured values (addresses) are not
decoded here, since a decoded comma or angle bracket would change whom they name.
"""

from __future__ import annotations

import binascii
import re

from mailhub.reading import charsets

# Charset, B or Q, and the text. Blanks inside are forbidden, and seen; a "?" inside is not.
_WORD = re.compile(r"=\?([A-Za-z0-9._:+*-]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")


def octets(value: str) -> bytes:
    """The octets of a header as Python's email package keeps them (surrogate escapes)."""
    return value.encode("utf-8", "surrogateescape")


def from_wire(value: str, charset: str = "") -> str:
    """A raw header value as text: 8-bit octets are UTF-8, else `charset`, else guessed."""
    if value.isascii():
        return charsets.decode(octets(value))[0] if "\x1b$" in value else value
    try:
        raw = octets(value)
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    if charsets.guessed(raw) == "utf-8":
        return raw.decode("utf-8", "replace")
    return charsets.decode(raw, charset)[0]


def text(value: str) -> str:
    """`value` with its RFC 2047 words decoded. Neighbouring words in one charset are joined as octets
    first: many programs split inside a character."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[bytes] = []
    charset = ""
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        name = word[1].split("*", 1)[0].lower()
        adjacent = bool(pending) and not between.strip()
        if not adjacent or name != charset:
            if pending:
                out.append(charsets.decode(b"".join(pending), charset)[0])
                pending = []
            if not adjacent:
                out.append(between)
            charset = name
        pending.append(_b(word[3]) if word[2] in "bB" else _q(word[3]))
        end = word.end()
    if pending:
        out.append(charsets.decode(b"".join(pending), charset)[0])
    out.append(value[end:])
    return "".join(out)


def _q(word: str) -> bytes:
    return binascii.a2b_qp(word.encode("utf-8", "surrogateescape"), header=True)


def _b(word: str) -> bytes:
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", word.encode("ascii", "ignore"))
    if len(raw) % 4 == 1:
        raw = raw[:-1]
    return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
