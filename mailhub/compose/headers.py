"""The header of a delivered mail: the author's lines kept, what must not go on taken out."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import formataddr

# Told to nobody else (RFC 5322 3.6.3), or meant for the first hop alone.
_REMOVED = frozenset(
    {
        "bcc", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to",
        "disposition-notification-to", "disposition-notification-options", "return-receipt-to",
        "x-confirm-reading-to", "x-pmrqc", "generate-delivery-report", "prevent-nondelivery-report",
        "reply-to", "mail-followup-to", "mail-reply-to", "precedence", "errors-to", "x-loop",
        "x-beenthere", "archived-at", "auto-submitted", "content-length", "status", "x-status",
        "x-auto-response-suppress", "mailing-list",
    }
)  # fmt: skip
_FIELD = re.compile(rb"([!-9;-~]{1,76}):")
MAX_LINE = 998


def lines(block: bytes) -> list[tuple[str, bytes]]:
    """A header block as (name in lower case, whole field with its folds and CRLF)."""
    fields: list[tuple[str, bytes]] = []
    for line in block.split(b"\r\n"):
        if not line:
            continue
        if line[:1] in b" \t":
            if fields:
                name, octets = fields[-1]
                fields[-1] = (name, octets + line + b"\r\n")
            continue
        found = _FIELD.match(line)
        if found:
            fields.append((found.group(1).decode("ascii").lower(), line + b"\r\n"))
    return fields


def kept(block: bytes, *, own_authserv: str) -> list[tuple[str, bytes]]:
    """The fields that go on. Gone are foreign List-* fields, requests for receipts, and results of
    authentication that claim to be ours (RFC 8601 section 5)."""
    claims_ours = re.compile(
        rb"authentication-results:\s*" + re.escape(own_authserv.encode()) + rb"[\s;]", re.IGNORECASE
    )
    return [
        (name, _sound(octets))
        for name, octets in lines(block)
        if name not in _REMOVED
        and not name.startswith("list-")
        and not (name == "authentication-results" and claims_ours.match(octets))
    ]


def _sound(octets: bytes) -> bytes:
    """A field that any server takes: no NUL or bare CR, no line over 998 octets (RFC 5322 2.1.1),
    raw 8-bit octets as encoded words (RFC 2047)."""
    octets = octets.replace(b"\0", b"")
    if b"\r" in octets[:-2].replace(b"\r\n", b""):
        octets = re.sub(rb"\r(?!\n)", b" ", octets)
    if not octets.isascii():
        name, _, value = octets.partition(b":")
        text = _text(b" ".join(value.split()))
        octets = field(name.decode("ascii"), text)
    if all(len(line) <= MAX_LINE for line in octets.split(b"\r\n")):
        return octets
    return _folded(octets)


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _folded(octets: bytes) -> bytes:
    """Long lines folded at blanks, and where there is none at the limit."""
    rest, out = octets[:-2].replace(b"\r\n", b""), []
    while len(rest) > MAX_LINE:
        cut = rest.rfind(b" ", 1, MAX_LINE)
        cut = cut if cut > 0 else MAX_LINE - 1
        out.append(rest[:cut])
        rest = b" " + rest[cut:].lstrip()
    return b"\r\n".join([*out, rest]) + b"\r\n"


def field(name: str, text: str) -> bytes:
    """One field of ours with a text value, encoded and folded; a line end cannot get in."""
    value = " ".join(text.split())
    encoded = Header(value, "utf-8" if not value.isascii() else "us-ascii", header_name=name)
    return name.encode() + b": " + encoded.encode(linesep="\r\n").encode("ascii") + b"\r\n"


def raw(name: str, value: str) -> bytes:
    """One field of ours that is made of addresses and tokens alone, as it stands."""
    return f"{name}: {value}\r\n".encode("ascii")


def mailbox(name: str, address: str) -> str:
    """`Policy and Performance <policy@D>` for a header, the name encoded where it must be."""
    return formataddr((" ".join(name.split()), address))
