"""Where the parts of a raw mail lie, so that a few octets can be changed and all others kept.

Only what compose needs: offsets, types and encodings; bounded in depth and number. What it cannot
follow it leaves as one opaque part.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_DEPTH = 20
MAX_PARTS = 500
_TEXT = "text/plain"
_IMPLIED = {"multipart/digest": "message/rfc822"}  # RFC 2046 5.1.5
_AS_THEY_ARE = ("7bit", "8bit", "binary")
_HEADER_LINE = re.compile(rb"From |[!-9;-~]*:|[ \t]")  # as mail-parser reads them too
_FOLD = re.compile(rb"\r?\n[ \t]+")
_PARAMETER = re.compile(r';\s*([\w*-]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.){0,500})"|([^;\s]{0,500}))')


@dataclass(slots=True)
class Part:
    """One part: its header from `start` to `header_end`, its body from `body` to `end` (offsets into
    the raw mail).

    For a part of a multipart, `first` is where its boundary line begins and `end` where the line end
    before the next boundary line begins.
    """

    start: int
    header_end: int
    body: int
    end: int
    first: int = 0
    media_type: str = _TEXT
    parameters: dict[str, str] = field(default_factory=dict)
    encoding: str = "7bit"
    attached: bool = False
    children: list[Part] = field(default_factory=list)

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))

    def octets(self, raw: bytes) -> bytes:
        """The body as it stands."""
        return raw[self.body : self.end]

    def decoded(self, raw: bytes) -> bytes:
        """The octets of the body with the transfer encoding undone, as well as can be."""
        octets = self.octets(raw)
        if self.encoding == "base64":
            return unbase64(octets)
        if self.encoding == "quoted-printable":
            return quopri.decodestring(octets)
        return octets


def scan(raw: bytes, *, into_mails: bool = False) -> Part:
    """The tree of parts of a mail with CRLF line ends; an attached mail is a leaf, unless asked for."""
    root = _read_header(raw, 0, len(raw))
    waiting, count = [(root, 0)], 1
    while waiting:
        part, depth = waiting.pop()
        if into_mails and part.media_type == "message/rfc822" and depth < MAX_DEPTH:
            if part.encoding in _AS_THEY_ARE:
                part.children.append(_read_header(raw, part.body, part.end))
                waiting.append((part.children[0], depth + 1))
            continue
        boundary = part.parameters.get("boundary", "")
        if not part.media_type.startswith("multipart/") or not boundary or depth >= MAX_DEPTH:
            continue
        for first, start, end in _between(
            raw, part.body, part.end, boundary.encode("latin-1", "replace")
        ):
            count += 1
            if count > MAX_PARTS:
                return root
            child = _read_header(raw, start, end, implied=_IMPLIED.get(part.media_type, _TEXT))
            child.first = first
            part.children.append(child)
            waiting.append((child, depth + 1))
    return root


def _between(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, int]]:
    """(start of the boundary line, start of the part, end of the part) for each part."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r\n|\Z)", re.MULTILINE)
    opened: re.Match[bytes] | None = None
    for found in line.finditer(raw, start, end):
        if opened is not None:
            yield opened.start(), opened.end(), max(opened.end(), found.start() - 2)
        opened = found
        if found.group(1):
            return
    if opened is not None:
        yield opened.start(), opened.end(), end


def _header_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """(where the header ends, where the body begins): at the blank line, or at the first line that
    can be none of a header's, where the blank line was forgotten."""
    at = start
    while at < end:
        if raw.startswith(b"\r\n", at):
            return at, at + 2
        if not _HEADER_LINE.match(raw, at, end):
            return at, at
        line_end = raw.find(b"\r\n", at, end)
        at = end if line_end < 0 else line_end + 2
    return at, at


def _read_header(raw: bytes, start: int, end: int, implied: str = _TEXT) -> Part:
    header_end, body = _header_end(raw, start, end)
    header = raw[start:header_end]
    part = Part(start, header_end, body, end, media_type=implied)
    text = _FOLD.sub(b" ", header).decode("latin-1")
    for row in text.split("\r\n"):
        name, _, value = row.partition(":")
        match name.strip().lower():
            case "content-type":
                part.media_type = value.partition(";")[0].strip().lower() or implied
                part.parameters = {
                    n.lower(): (quoted or bare)
                    for n, quoted, bare in _PARAMETER.findall(value[:4000])
                }
                part.attached |= "name" in part.parameters  # a file, whatever its type
            case "content-transfer-encoding":
                part.encoding = value.strip().lower()
            case "content-disposition":
                part.attached |= value.strip().lower().startswith("attachment")
    return part


def unbase64(octets: bytes) -> bytes:
    """Base64 as strangers write it: what is no letter of it is passed over, a missing end is made."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def base64_lines(octets: bytes) -> bytes:
    """Base64 in lines of 76 with CRLF, the last one ended too."""
    letters = binascii.b2a_base64(octets, newline=False)
    return b"".join(letters[i : i + 76] + b"\r\n" for i in range(0, len(letters), 76))


def splice(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """The mail with each (start, end) replaced; edits must not overlap."""
    pieces, at = [], 0
    for start, end, octets in sorted(edits):
        pieces += [raw[at:start], octets]
        at = end
    return b"".join([*pieces, raw[at:]])
