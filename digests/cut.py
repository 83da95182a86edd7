"""Text of a digest as octets, encoded once and cut where something is put in for each reader.

HTML is in ASCII, plain text in quoted-printable (RFC 2045 6.7); both have CRLF line ends and no line that
begins with a dot, so that any relay takes them as they are and nothing is encoded for a reader but what is
theirs.
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
_DOTS = re.compile(rb"^\.+", re.MULTILINE)
LONG_VALUE = 30  # octets; with a longer one a line might not stay within 76


@dataclass(frozen=True, slots=True)
class Cut:
    """A text with openings: its first octets, then each opening with what stands behind it."""

    first: bytes
    rest: tuple[tuple[str, bytes], ...]

    def into(self, out: list[bytes], values: Mapping[str, bytes]) -> None:
        """Add the text, with these encoded values in its openings, to what is joined later."""
        out.append(self.first)
        for name, text in self.rest:
            out += values[name], text

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The same by itself."""
        out: list[bytes] = []
        self.into(out, values)
        return b"".join(out)


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
    """HTML as it stands in a mail. A blank before a dot that begins a line changes nothing that is shown,
    in a style neither; the first of all may stand anywhere in what is put together."""
    octets = text.encode("ascii", "xmlcharrefreplace").replace(b"\n.", b"\n .")
    octets = octets.replace(b"\n", b"\r\n")
    return b"&#46;" + octets[1:] if octets.startswith(b".") else octets


def encoded_text(text: str) -> bytes:
    """Plain text as it stands in a mail."""
    octets = binascii.b2a_qp(text.encode("utf-8"), istext=True)
    return _DOTS.sub(_dots, octets).replace(b"\n", b"\r\n")


def value(text: str, *, is_html: bool) -> bytes:
    """What is put into an opening."""
    if is_html:
        return encoded_html(html(text))
    octets = encoded_text(text)
    return b"=\r\n" + octets if len(octets) > LONG_VALUE else octets


def _dots(found: re.Match[bytes]) -> bytes:
    """Dots at the beginning of a line, which goes on below them."""
    many = len(found[0])
    return b"".join(b"=2E" * min(20, many - begun) + b"=\n" for begun in range(0, many, 20))


def _cut(texts: list[bytes], names: list[str]) -> Cut:
    return Cut(texts[0], tuple(zip(names, texts[1:], strict=True)))
