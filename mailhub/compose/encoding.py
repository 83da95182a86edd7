"""Bodies that no server need take as they are, encoded anew: lines over 998 octets (RFC 5322 2.1.1),
and 8-bit octets where the relay does not offer 8BITMIME (RFC 6152). The raw mail is kept as it came."""

from __future__ import annotations

from mailhub.compose import headers
from mailhub.compose.parts import Part, base64_lines, splice

MAX_LINE = 998  # octets without the line end


def must_encode(raw: bytes, root: Part, *, eight_bit: bool) -> bool:
    """Whether anything in the body needs it."""
    return _unfit(raw, root.body, root.end, eight_bit=eight_bit)


def encoded(raw: bytes, root: Part, *, eight_bit: bool) -> bytes:
    """The mail with every unfit body as base64, its header saying so."""
    edits = []
    for part in root.walk():
        if part.children or part.media_type.startswith(("multipart/", "message/")):
            continue
        if _unfit(raw, part.body, part.end, eight_bit=eight_bit):
            kept = [
                octets
                for name, octets in headers.lines(raw[part.start : part.header_end])
                if name != "content-transfer-encoding"
            ]
            body = base64_lines(part.decoded(raw))
            edits.append(
                (
                    part.start,
                    part.end,
                    b"".join([*kept, b"Content-Transfer-Encoding: base64\r\n\r\n", body]),
                )
            )
    return splice(raw, edits)


def _unfit(raw: bytes, start: int, end: int, *, eight_bit: bool) -> bool:
    body = raw[start:end]
    if max(map(len, body.split(b"\r\n"))) > MAX_LINE:
        return True
    return not eight_bit and not body.isascii()
