"""What is told to nobody else: tokens of ours that act, in the header of a mail that goes on.

Who answers a mail of the hub and writes to the list in the same breath has its address in To or Cc
and its Message-ID in In-Reply-To. Whoever knows one can forge an answer to it. A token that answers a
post proves nothing, and stays.
"""

from __future__ import annotations

import re

from mailhub.addresses import Purpose
from mailhub.compose import headers
from mailhub.compose.encoding import with_crlf
from mailhub.compose.parts import scan
from mailhub.site import Site

# A token in an address or a Message-ID (`n-…`), or in a link (`/u/…`).
_WORD = re.compile(rb"(?:(?<![a-z0-9])([a-z])-|/(u)/)([a-z2-7]{14,56})(?![a-z2-7])", re.IGNORECASE)
_LISTS = frozenset({"to", "cc", "resent-to", "resent-cc"})
_THREADS = frozenset({"in-reply-to", "references"})
_MAILBOX = re.compile(rb'(?:"(?:[^"\\]|\\.){0,500}"|[^",])+')
_ID = re.compile(rb"<?[^\s<>]+>?")


def kept(fields: list[tuple[str, bytes]], site: Site) -> list[tuple[str, bytes]]:
    """The fields of a header (name in lower case, whole field) without them: a mailbox or Message-ID
    with one goes as a whole, and its field where nothing is left; elsewhere a dash stands for it."""
    return [
        (name, octets)
        for name, whole in fields
        if (octets := _without(name, whole, site) if _is_told(whole, site) else whole)
    ]


def mail(raw: bytes, site: Site) -> bytes:
    """A mail as it came, but for them; the very octets where its header has none."""
    even = with_crlf(raw)
    root = scan(even)
    header = even[: root.header_end]
    if not _is_told(header, site):
        return raw
    fields = kept(headers.lines(header), site)
    return b"".join([*(octets for _, octets in fields), b"\r\n", even[root.body :]])


def _is_told(octets: bytes, site: Site) -> bool:
    return any(_acts(found, site) for found in _WORD.finditer(octets))


def _acts(found: re.Match[bytes], site: Site) -> bool:
    letter, text = (found[1] or found[2]).decode().lower(), found[3].decode().lower()
    if letter not in set(Purpose) or letter == Purpose.REPLY:
        return False
    return site.tokens.read(Purpose(letter), text) is not None


def _without(name: str, octets: bytes, site: Site) -> bytes:
    label, _, value = octets.partition(b":")
    if name in _LISTS and b";" not in value:
        left = [one.strip() for one in _MAILBOX.findall(value) if not _is_told(one, site)]
        return label + b": " + b",\r\n ".join(left) + b"\r\n" if any(left) else b""
    if name in _THREADS:
        left = [one for one in _ID.findall(value) if not _is_told(one, site)]
        return label + b": " + b"\r\n ".join(left) + b"\r\n" if left else b""
    return _WORD.sub(lambda found: b"-" if _acts(found, site) else found.group(), octets)
