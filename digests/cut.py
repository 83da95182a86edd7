"""Text of a digest as octets, encoded once and cut where something is put in for each reader.

HTML is in ASCII, plain text in quoted-printable (RFC 2045 6.7); both have CRLF line ends, so that any relay
takes them and nothing is encoded for a reader but what is theirs.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from digests.layout import NUMBER, ORGANISATION, WHY, html

_NAMED = re.compile(r"@@(\w+)@@")
_MARKS = {NUMBER: "n", WHY: "why", ORGANISATION: "organisation"}
_IN_HTML = re.compile("".join(["([", *_MARKS, "])"]).encode("ascii"))
_IN_QP = re.compile(b"(=0[1-3])")
LONG_VALUE = 30  # octets; with a longer one a line might not stay within 76


@dataclass(frozen=True, slots=True)
class Cut:
    """A text with openings. It is filled by %-formatting, the fastest way that there is."""

    template: bytes
    names: tuple[str, ...]

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The text with these encoded values in its openings."""
        return self.template % tuple([values[name] for name in self.names])


def of_part(part: str, *, is_html: bool) -> Cut:
    """A part of a layout, its openings written @@name@@."""
    pieces = _NAMED.split(part)
    texts = [encoded_html(one) if is_html else encoded_text(one) for one in pieces[::2]]
    return _cut(texts, pieces[1::2])


def of_html(rendered: str) -> Cut:
    """Rendered HTML, its openings marked by control characters."""
    pieces = _IN_HTML.split(encoded_html(rendered))
    return _cut(pieces[::2], [_MARKS[mark.decode("ascii")] for mark in pieces[1::2]])


def of_text(rendered: str) -> Cut:
    """The same of plain text."""
    pieces = _IN_QP.split(encoded_text(rendered))
    marks = [chr(int(mark[1:], 16)) for mark in pieces[1::2]]
    return _cut(pieces[::2], [_MARKS[mark] for mark in marks])


def encoded_html(text: str) -> bytes:
    """HTML as it stands in a mail."""
    return text.encode("ascii", "xmlcharrefreplace").replace(b"\n", b"\r\n")


def encoded_text(text: str) -> bytes:
    """Plain text as it stands in a mail."""
    return binascii.b2a_qp(text.encode("utf-8"), istext=True).replace(b"\n", b"\r\n")


def value(text: str, *, is_html: bool) -> bytes:
    """What is put into an opening."""
    if is_html:
        return encoded_html(html(text))
    octets = encoded_text(text)
    return b"=\r\n" + octets if len(octets) > LONG_VALUE else octets


def _cut(texts: list[bytes], names: list[str]) -> Cut:
    return Cut(b"%b".join(text.replace(b"%", b"%%") for text in texts), tuple(names))
