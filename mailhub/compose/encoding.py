"""Bodies that no server need take as they are, encoded anew: lines over 998 octets (RFC 5322 2.1.1),
and 8-bit octets where the relay does not offer 8BITMIME (RFC 6152). The raw mail is kept as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailhub.compose import headers
from mailhub.compose.parts import Part, base64_lines, scan, splice

MAX_LINE = 998  # octets without the line end
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ENCODING = "content-transfer-encoding"
SIGNED = ("multipart/signed", "application/pkcs7-mime", "application/x-pkcs7-mime")


def with_crlf(raw: bytes) -> bytes:
    """A mail with CRLF for every line end, bare CR and LF too."""
    return _LINE_END.sub(b"\r\n", raw)


def fit(raw: bytes, *, eight_bit: bool) -> bytes:
    """A mail with CRLF line ends as any relay takes it; one that is signed inside stays as it is."""
    root = scan(raw, into_mails=True)
    if root.media_type in SIGNED or not _unfit(raw[root.body : root.end], eight_bit):
        return raw
    return splice(raw, [edit for part in _open(root) for edit in _edits(raw, part, eight_bit)])


def _open(root: Part) -> Iterator[Part]:
    """Every part that may be changed: not what a signature is about, nor what is in it."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.media_type not in SIGNED:
            yield part
            waiting.extend(part.children)


def _edits(raw: bytes, part: Part, eight_bit: bool) -> Iterator[tuple[int, int, bytes]]:
    """What must change in one part: a body that is unfit becomes base64, its header saying so; words
    that belong to no part go."""
    header, body = raw[part.start : part.header_end], raw[part.body : part.end]
    is_leaf = not part.children and not part.media_type.startswith(("multipart/", "message/"))
    if is_leaf and _unfit(body, eight_bit):
        kept = (octets for name, octets in headers.lines(header) if name != _ENCODING)
        own = b"Content-Transfer-Encoding: base64\r\n\r\n"
        whole = b"".join([*map(headers.sound, kept), own, base64_lines(part.decoded(raw))])
        yield part.start, part.end, whole
        return
    if _unfit(header, eight_bit):
        fields = (headers.sound(octets) for _, octets in headers.lines(header))
        yield part.start, part.header_end, b"".join(fields)
    if part.media_type.startswith("multipart/") and part.children:
        # Before the first boundary and behind the last one (RFC 2046 5.1.1).
        behind = raw.find(b"\r\n", part.children[-1].end + 2, part.end)
        for start, end in ((part.body, part.children[0].first), (behind + 2, part.end)):
            if start > 1 and start < end and _unfit(raw[start:end], eight_bit):
                yield start, end, b""


def _unfit(octets: bytes, eight_bit: bool) -> bool:
    if max(map(len, octets.split(b"\r\n"))) > MAX_LINE:
        return True
    return not eight_bit and not octets.isascii()
