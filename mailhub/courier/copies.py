"""Copies: what goes over the wire, one per recipient, and what they share, made once per mail.

A copy is its own few header lines before bytes that all copies share. Line ends are made CRLF and
lines that begin with a dot are stuffed once, here, so that nothing in a mail can end it early or
smuggle in a command (RFC 5321 4.5.2). Re-encoding 8-bit or long lines is not done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST_ADDRESS = 320  # RFC 3696 erratum: 64 + 1 + 255


class SharedMail:
    """The rest of the header, the blank line and the body, as all copies of a mail share them.

    `wire` is ready to be sent, without the dot at the end; it ends with CRLF.
    """

    def __init__(self, raw: bytes) -> None:
        """`raw` begins at the start of a header line or with the blank line."""
        self.wire = stuffed(raw)
        self.size = len(self.wire)  # octets as sent; RFC 1870 lets it be a little too much
        self.needs_8bit = not self.wire.isascii()
        self.needs_smtputf8 = self.needs_8bit and not _header(self.wire).isascii()

    @classmethod
    def ready(cls, octets: bytes) -> SharedMail:
        """Of octets whose lines all end with CRLF, the last one too: they are not looked through for
        others again, which costs more than all else where each mail is its own."""
        if octets.startswith(b".") or b"\r\n." in octets or not octets.endswith(b"\r\n"):
            return cls(octets)
        made = cls(b"")
        made.wire, made.size = octets, len(octets)
        made.needs_8bit = not octets.isascii()
        made.needs_smtputf8 = made.needs_8bit and not _header(octets).isascii()
        return made

    def unstuffed(self) -> bytes:
        """The mail as it reads: CRLF line ends, no dot doubled."""
        return self.wire.removeprefix(b".").replace(b"\r\n.", b"\r\n")


@dataclass(frozen=True, slots=True)
class Copy:
    """One recipient's copy of a mail."""

    delivery_id: int
    sender: str  # MAIL FROM, without brackets; "" for <>
    recipient: str  # RCPT TO, without brackets
    head: bytes = field(repr=False)  # this copy's own header lines, each complete with its CRLF
    shared: SharedMail = field(repr=False)


def stuffed(raw: bytes) -> bytes:
    """`raw` with CRLF line ends, leading dots doubled and a CRLF at the end; b"" stays b""."""
    ends = raw.count(b"\r\n")
    if raw.count(b"\n") != ends or raw.count(b"\r") != ends:
        raw = _LINE_END.sub(b"\r\n", raw)
    if raw and not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    if raw.startswith(b"."):
        raw = b"." + raw
    return raw.replace(b"\r\n.", b"\r\n..")


def _header(wire: bytes) -> bytes:
    if wire.startswith(b"\r\n"):
        return b""
    end = wire.find(b"\r\n\r\n")
    return wire if end < 0 else wire[:end]


def sound_address(address: str) -> bool:
    """Whether an address can stand in a command without becoming part of it.

    No control character, no bracket, no blank outside of a quoted local part; at most 320 octets.
    Whether it exists is for the relay to say.
    """
    return (
        address.isprintable()  # no CR, LF, NUL, surrogate
        and "<" not in address
        and ">" not in address
        and (" " not in address or address.startswith('"'))
        and len(address if address.isascii() else address.encode()) <= _LONGEST_ADDRESS
    )
