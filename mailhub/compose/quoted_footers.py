"""Our own footers inside of what a post quotes: they go, else they stand below each other after a few answers.

Only the line that is below every post of this community, with its link, and the "-- " above it, as mail programs
quote and wrap them; nothing else of anybody's words.
"""

from __future__ import annotations

import binascii
import re

from mailhub.compose.parts import Part, base64_lines, splice, unbase64
from mailhub.site import Site

_PREFIX = re.compile(rb"[> \t]{0,40}")
_LINE_END = re.compile(rb"\r?\n")
MOST_LINES = 5  # on which one footer stands, wrapped


def without(raw: bytes, root: Part, slug: str, site: Site, said: str) -> bytes:
    """A mail with CRLF line ends without footers that say `said` and link to this community; the very object
    where it has none. `root` is what `scan` finds in it."""
    edits = []
    url = site.community_url(slug).encode()
    for part in root.walk():
        if part.children or part.attached or part.media_type not in ("text/plain", "text/html"):
            continue
        try:
            words = said.encode(part.parameters.get("charset", "us-ascii"))
        except (UnicodeEncodeError, LookupError):
            words = said.encode()
        octets = part.octets(raw)
        cleaned = _cleaned(part, octets, words, url)
        if cleaned is not octets:
            edits.append((part.body, part.end, cleaned))
    return splice(raw, edits) if edits else raw


def _cleaned(part: Part, octets: bytes, said: bytes, url: bytes) -> bytes:
    drop = _of_html if part.media_type == "text/html" else _of_text
    if part.encoding == "quoted-printable":
        if url not in octets.replace(b"=\r\n", b""):
            return octets
        words = binascii.a2b_qp(octets)
        cleaned = drop(words, said, url)
        if cleaned is words:
            return octets
        return _LINE_END.sub(b"\r\n", binascii.b2a_qp(cleaned, istext=True))
    if part.encoding == "base64":
        words = unbase64(octets)
        cleaned = drop(words, said, url)
        return octets if cleaned is words else base64_lines(cleaned).removesuffix(b"\r\n")
    return drop(octets, said, url)


def _of_text(octets: bytes, said: bytes, url: bytes) -> bytes:
    if url not in octets:
        return octets
    blank = re.compile(
        rb"\s+".join(map(re.escape, said.split())) + rb"\s*<?" + re.escape(url) + rb"\S*"
    )
    first = said.split()[0]
    lines = octets.split(b"\n")
    kept: list[bytes] = []
    at = 0
    while at < len(lines):
        many = _footer(lines, at, blank, first)
        if many:
            at += many
            while kept and _content(kept[-1]) in (b"--", b""):
                if _content(kept.pop()) == b"--":
                    break
            continue
        kept.append(lines[at])
        at += 1
    return b"\n".join(kept) if len(kept) < len(lines) else octets


def _footer(lines: list[bytes], at: int, footer: re.Pattern[bytes], first: bytes) -> int:
    """On how many lines from this one a footer stands; 0 where none begins here."""
    if not _content(lines[at]).startswith(first):
        return 0
    joined = b""
    for many, line in enumerate(lines[at : at + MOST_LINES], 1):
        joined = (joined + b" " + _content(line)).strip()
        if footer.fullmatch(joined):
            return many
    return 0


def _content(line: bytes) -> bytes:
    return line[_PREFIX.match(line).end() :].strip()  # type: ignore[union-attr]


def _of_html(octets: bytes, said: bytes, url: bytes) -> bytes:
    if url not in octets:
        return octets
    words = rb"\s{1,80}".join(map(re.escape, said.rstrip(b":").split()))
    link = (
        rb"<a\s[^<>]{0,900}"
        + re.escape(url)
        + rb"[^<>]{0,900}>\s{0,80}"
        + words
        + rb":?\s{0,80}</a>"
    )
    footer = re.compile(
        rb"<div[^<>]{0,900}>\s{0,80}" + link + rb"\s{0,80}</div>|" + link, re.IGNORECASE
    )
    cleaned = footer.sub(b"", octets)
    return cleaned if cleaned != octets else octets
