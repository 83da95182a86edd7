"""Fields and bodies in the form in which they are signed: relaxed, RFC 6376 3.4.2 and 3.4.4, as we
sign, or simple, as others may.

All octets here have CRLF line ends. No pattern tries a blank twice, however many stand together.
"""

from __future__ import annotations

import re

_BLANKS = re.compile(rb"[ \t]{2,}|\t")
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")


def field(octets: bytes) -> bytes:
    """One field, with or without its last CRLF, as `name:value` without one."""
    name, _, value = octets.partition(b":")
    value = _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value


def body(octets: bytes) -> bytes:
    """A body: blanks before line ends and empty lines at its end are gone, others are one."""
    octets = _BLANKS.sub(b" ", octets).replace(b" \r\n", b"\r\n").rstrip(b" ")
    octets = octets.rstrip(b"\r\n")
    return octets + b"\r\n" if octets else b""


def simple_body(octets: bytes) -> bytes:
    """A body as it is, with one line end at its end (RFC 6376 3.4.3)."""
    return octets.rstrip(b"\r\n") + b"\r\n"


def simple_fields(header: bytes) -> list[tuple[str, bytes]]:
    """A header as (name in lower case, the field as it is without its last CRLF), from top to bottom.
    What is no field is passed over."""
    found: list[list[bytes]] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and found:
            found[-1].append(line)
        elif line:
            found.append([line])
    return [
        (match.group(1).decode("ascii").lower(), b"\r\n".join(lines))
        for lines in found
        if (match := _FIELD.match(lines[0]))
    ]


def fields(header: bytes) -> list[tuple[str, bytes]]:
    """The same, with each field as it is signed."""
    return [(name, field(octets)) for name, octets in simple_fields(header)]


def parted(octets: bytes) -> tuple[bytes, bytes]:
    """(header with the CRLF of its last line, body)."""
    if octets.startswith(b"\r\n"):
        return b"", octets[2:]
    header, blank, rest = octets.partition(b"\r\n\r\n")
    return header + b"\r\n", rest if blank else b""
