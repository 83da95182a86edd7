"""Domains as DNS and DMARC compare them."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

MAX_DOMAIN = 253
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,126}")


def ascii_domain(name: str) -> str:
    """A domain, or that of an address, in lower-case ASCII (RFC 5890); "" where it is none."""
    domain = name.rpartition("@")[2].strip().rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return domain if len(domain) <= MAX_DOMAIN and _DOMAIN.fullmatch(domain) else ""


@lru_cache(maxsize=4096)
def organisational(domain: str) -> str:
    """The domain that somebody registered: what stands just below a public suffix (RFC 7489, 3.2); a
    public suffix stands for itself."""
    return _suffixes().privatesuffix(domain) or domain


def aligned(domain: str, author_domain: str, *, strict: bool) -> bool:
    """Whether a proven domain speaks for an author's (RFC 7489, 3.1). Both as `ascii_domain` gives
    them."""
    if not domain or not author_domain:
        return False
    if strict:
        return domain == author_domain
    return organisational(domain) == organisational(author_domain)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
