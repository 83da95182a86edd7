"""Tokens of ours that act, in any octets or words: found fast, since nearly none have one, and taken out.

Whoever knows such a token can answer in somebody's name. A token that answers a post proves nothing, and
stays.
"""

from __future__ import annotations

import re

from mailhub.addresses import Purpose
from mailhub.site import Site

# A token in an address or a Message-ID (`n-…`), or in a link (`/u/…`).
_WORD = re.compile(
    rb"(?:(?:(?<![a-z0-9])|(?<=%2b))([a-z])-|/(u|hold|calendar|reader)/)([a-z2-7]{14,56})(?![a-z2-7])",
    re.IGNORECASE,
)
_HINT = re.compile(rb"[-/][A-Za-z2-7]{14}")
_OF_LINK = {
    "u": (Purpose.UNSUBSCRIBE, Purpose.DIGESTS_OFF, Purpose.NEWSLETTERS_OFF),
    "hold": (Purpose.HOLD,),
    "calendar": (Purpose.FEED,),
    "reader": (Purpose.READER,),
}


def is_in(octets: bytes, site: Site) -> bool:
    """Whether there is one."""
    return any(_acts(found, site) for found in _WORD.finditer(octets))


def may_be_in(octets: bytes, site: Site) -> bool:
    """Whether it is worth looking: our names stand there, and something as long as a token. A search for
    fixed octets first, since this is asked of every post."""
    domain, host = names(site)
    return (domain in octets or host in octets) and _HINT.search(octets) is not None


def names(site: Site) -> tuple[bytes, bytes]:
    """What stands in every address and in every link of ours."""
    return site.domain.encode(), site.url.partition("://")[2].encode()


def without(octets: bytes, site: Site) -> bytes:
    """With a dash in the place of each."""
    return _WORD.sub(lambda found: b"-" if _acts(found, site) else found.group(), octets)


def words_without(words: str, site: Site) -> str:
    """As `without`, of words; the very same where there is none."""
    if site.domain not in words and site.url.partition("://")[2] not in words:
        return words
    octets = words.encode("utf-8", "surrogatepass")
    if not may_be_in(octets, site):
        return words
    cleaned = without(octets, site)
    return words if cleaned == octets else cleaned.decode("utf-8", "surrogatepass")


def _acts(found: re.Match[bytes], site: Site) -> bool:
    text = found[3].decode().lower()
    if found[2]:
        purposes = _OF_LINK[found[2].decode().lower()]
        return any(site.tokens.read(purpose, text) for purpose in purposes)
    letter = found[1].decode().lower()
    if letter not in set(Purpose) or letter == Purpose.REPLY:
        return False
    return site.tokens.read(Purpose(letter), text) is not None
