"""Raw octets to a tree of parts, without recursion and in linear time.

Why not the parser of `email`: it recurses over nesting, opens attached mails (whose octets are then
gone: `as_bytes()` does not bring them back), reads line by line, and stops at the first line of a
header that is none. Here every part keeps its own octets, and what is broken is read as mail programs
show it. The parts are compat32 `Message` objects all the same: `get`, `walk` and `get_payload` work.

- An attached mail keeps its octets; it is opened only when its payload is asked for.
- A header goes to the first blank line; a line in it that is no field continues the field before.
- A multipart whose boundary never comes is read with the one that does; else it is text.
- Nesting past MAX_DEPTH stays one leaf; more than MAX_PARTS is TooManyPartsError.
"""

from __future__ import annotations

import re
from email.message import Message
from email.policy import Compat32
from typing import Any

from mailhub.reading import parameters, transfer
from mailhub.reading.dividing import (
    FIELD,
    MAX_PARTS,
    MBOX,
    TooManyPartsError,
    between,
    end_of_header,
    field_at,
    last_known_field,
)

MAX_DEPTH = 30
_MAILS = ("message/rfc822", "message/global", "message/news")

_LINE = re.compile(rb"[^\r\n]*+(?>\r\n|\n|\r|\Z)")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:\r\n|\n|\r)){0,20}")
_MEDIA_TYPE = re.compile(r"\s*([a-z0-9!#$&^_.+-]{1,80})\s*/\s*([a-z0-9!#$&^_.+-]{1,80})")
# A delimiter of any name: what follows it is a header.
_DELIMITER = re.compile(
    rb"(?:^|[\r\n])--([!-~]{1,200})[ \t]*(?>\r\n|\r|\n)(?=content-|mime-version:)", re.I
)
# What may follow the boundary on its line: blanks; by RFC 2046 more, which is taken second.
_TAILS = (
    re.compile(rb"(--)?[ \t]*+(?>\r\n|\n|\r|\Z)"),
    re.compile(rb"(--)?(?:[ \t][^\r\n]*+)?(?>\r\n|\n|\r|\Z)"),
)


class _Plain(Compat32):
    """compat32 whose header values stay strings with surrogate escapes, 8-bit ones too."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _Plain()


class Part(Message):
    """One part. A leaf holds its octets as they came; `get_payload(decode=True)` decodes them."""

    def __init__(self, policy: Any = _POLICY) -> None:
        super().__init__(policy)
        self.octets = b""  # of the body, still encoded
        self.children: list[Part] = []
        self.depth = 0
        self._inner: list[Part] = []
        self._kind = ""
        self._first: dict[str, str] = {}

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first value of a field; found by its name, where `email` walks over all of them."""
        if not self._first:
            for field, value in self.raw_items():
                self._first.setdefault(field.lower(), value)
        return self._first.get(name.lower(), failobj)

    def is_multipart(self) -> bool:
        """Whether it has parts of its own, or is a mail."""
        return bool(self.children) or self.get_content_type() in _MAILS

    def get_content_type(self) -> str:
        """The media type, read tolerantly, once."""
        if not self._kind:
            value = self.get("content-type")
            self._kind = self.get_default_type() if value is None else media_type(str(value))
        return self._kind

    def get_param(
        self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True
    ) -> Any:
        """A parameter, decoded; by our own reader, as the one of `email` is quadratic."""
        return parameters.split(str(self.get(header, "")))[1].get(param.lower(), failobj)

    def get_boundary(self, failobj: Any = None) -> Any:
        """The boundary as it stands, with the blanks at its end."""
        return self.get_param("boundary", failobj)

    def decoded(self) -> tuple[bytes, bool]:
        """(the content of a leaf, whether it was well encoded)."""
        return transfer.decode(self.octets, str(self.get("content-transfer-encoding", "")))

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """As in `email.message`: the parts of a multipart, the text of a leaf, or its octets."""
        if self.is_multipart():
            if decode:
                return None
            parts = self.children or self._mail()
            return parts if i is None else parts[i]
        if decode:
            return self.decoded()[0]
        return self.octets.decode("ascii", "surrogateescape")

    def _mail(self) -> list[Part]:
        """The mail that this part is: read when first asked for, so that nesting costs nothing."""
        if not self._inner:
            try:
                self._inner = [tree(self.decoded()[0])]
            except TooManyPartsError:
                self._inner = [Part()]
        return self._inner


def media_type(value: str) -> str:
    """The media type that a Content-Type begins with; text/plain where it is none (RFC 2045, 5.2)."""
    found = _MEDIA_TYPE.match(value[:400].lower())
    if found:
        return f"{found[1]}/{found[2]}"
    return "text/html" if value.strip().lower() in ("html", "text-html") else "text/plain"


def tree(raw: bytes) -> Part:
    """The parts of a mail, in order. Raises TooManyPartsError, and nothing else."""
    start = _LEADING.match(raw)
    mail = raw[start.end() :] if start and field_at(raw, start.end()) else raw
    while found := MBOX.match(mail):
        mail = mail[found.end() :]
    root = _headed(mail, "text/plain", root=True)
    count = 1
    waiting = [root]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if not kind.startswith("multipart/") or part.depth >= MAX_DEPTH:
            continue
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        pieces = _divided(part)
        if pieces is None:
            continue
        part.octets = b""
        children = [_headed(octets, inner) for octets in pieces]
        count += len(children)
        if count > MAX_PARTS:
            raise TooManyPartsError
        for child in children:
            child.depth = part.depth + 1
        part.children = children
        waiting.extend(children)
    return root


def _headed(octets: bytes, default_type: str, root: bool = False) -> Part:
    """A part from its octets: header, blank line, body."""
    part = Part()
    part.set_default_type(default_type)
    end, rest = end_of_header(octets)
    fields: list[list[bytes]] = []
    position = 0
    last_known = -1
    while position < end:
        found = _LINE.match(octets, position)
        row = found[0] if found else b""
        field = FIELD.match(row)
        if field:
            fields.append([field[1], row[field.end() :]])
        elif row[:1] in (b" ", b"\t"):
            if fields:
                fields[-1].append(row)
            elif (field := FIELD.match(row.strip())) and field_at(octets, position + len(row)):
                fields.append([field[1], row.strip()[field.end() :]])
            else:
                rest = position
                break
        else:
            if last_known < 0:
                last_known = last_known_field(octets, end)
            if position > last_known or not (fields or root):
                rest = position
                break
            if fields:
                fields[-1].append(b" " + row)
        position += len(row) or 1
    for name, *values in fields:
        value = b"".join(values).decode("ascii", "surrogateescape")
        part.set_raw(name.decode("ascii", "replace"), value.strip(" \t\r\n"))
    part.octets = octets[rest:]
    return part


def _divided(part: Part) -> list[bytes] | None:
    """The octets of each part of a multipart; None where no boundary is found."""
    named = part.get_boundary()
    exact = str(named).encode("utf-8", "surrogateescape") if named else b""
    candidates = [exact] if exact == exact.rstrip() else [exact, exact.rstrip()]
    # RFC 2045 wants a multipart unencoded; some programs encode it whole all the same.
    for octets in (part.octets, part.decoded()[0]):
        for tail in _TAILS:
            for boundary in candidates:
                if boundary and (found := between(octets, boundary, tail)) is not None:
                    return found
        guess = _DELIMITER.search(octets[:65536])
        if guess:
            return between(octets, guess[1], _TAILS[0])
    return None
