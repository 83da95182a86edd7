"""Content-Transfer-Encoding undone (RFC 2045), malformed or not. Linear; never raises.

Base64 with foreign characters, without its padding or in several padded pieces is read to its end;
an unknown encoding is taken as it stands.
"""

from __future__ import annotations

import binascii
import re

_WHITE = b" \t\r\n\x0b\x0c\x00"
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]+")
_ENCODED = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_AFTER = re.compile(r"[;(]")  # parameters, which the field does not have, and comments
_PADDING = re.compile(rb"=+")
# "Nothing was encoded", as the standard and as programs write it.
_NONE = {
    *("", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "plain", "text", "none"),
    *("text/plain", "text/html", "ascii", "us-ascii", "utf-8", "utf8", "unknown"),
}
_RULE = 8  # characters of which none is base64's
_UU_NAMES = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})


def decode(octets: bytes, encoding: str) -> tuple[bytes, bool]:
    """(the octets that were meant, whether they were well encoded)."""
    encoding = _AFTER.split(encoding.strip(" \t\r\n\"'").lower(), 1)[0].rstrip(" \t\r\n\"'")
    if encoding in _NONE:
        return octets, True
    if encoding == "base64":
        return base64(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets), True
    if encoding in _UU_NAMES:
        return uu(octets)
    return octets, False


def base64(octets: bytes) -> tuple[bytes, bool]:
    """Base64 as tolerantly as its meaning stays clear. Words that are none are taken as they stand."""
    try:
        return binascii.a2b_base64(octets.translate(None, _WHITE), strict_mode=True), True
    except binascii.Error:
        pass
    rows = [row for row in (row.strip(_WHITE) for row in octets.splitlines()) if row]
    if rows and rows[0].count(b" ") > 1:
        return octets, False
    out: list[bytes] = []
    pending: list[bytes] = []
    padded = False
    for row in rows:
        if row.startswith(b"--") or (padded and not _ENCODED.fullmatch(row)):
            break  # a delimiter gone astray, or a list's footer behind the end
        # Pieces that were encoded apart and put behind one another each have their own padding.
        *ended, last = _PADDING.split(_FOREIGN.sub(b"", row))
        if not last and not ended and len(row) > _RULE:
            break  # the line above a list's footer
        for piece in ended:
            out.append(_piece(b"".join(pending) + piece))
            pending = []
        pending.append(last)
        padded = padded or bool(ended)
    out.append(_piece(b"".join(pending)))
    return b"".join(out), False


def _piece(piece: bytes) -> bytes:
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def uu(octets: bytes) -> tuple[bytes, bool]:
    """The file between "begin" and "end", or from the first line where there is no "begin"."""
    lines = octets.splitlines()
    start = next((i + 1 for i, text in enumerate(lines) if text.startswith(b"begin ")), 0)
    out: list[bytes] = []
    well = start > 0
    for text in lines[start:]:
        if text.strip() in (b"end", b"`"):
            break
        if text:
            decoded = uu_line(text)
            well = well and decoded is not None
            out.append(decoded or b"")
    return b"".join(out), well


def uu_line(text: bytes) -> bytes | None:
    """One line of uuencoding, None where it is none. Lines that lost their trailing blanks count."""
    try:
        return binascii.a2b_uu(text)
    except binascii.Error:
        pass
    try:
        # Some encoders write a longer line than its first octet says.
        octets = (((text[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(text[:octets])
    except (binascii.Error, IndexError):
        return None
