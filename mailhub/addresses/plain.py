"""Anybody's address: the one form in which it is kept and compared, and what is one at all."""

from __future__ import annotations

import re
import unicodedata

MAX_LOCAL_PART = 64  # octets, RFC 5321 4.5.3.1.1
MAX_ADDRESS = 254


def fold(address: str) -> str:
    """An address in the one form in which addresses are kept and compared: lower-case, NFC, an
    internationalised domain as Unicode. Two addresses are the same where their folds are."""
    address = unicodedata.normalize("NFC", address.strip()).lower()
    local, at, domain = address.rpartition("@")
    if "xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except UnicodeError:
            pass
    return local + at + domain.rstrip(".")


def is_at(address: str, domain: str) -> bool:
    """Whether an address is of this domain, however either is written."""
    return fold(address).rpartition("@")[2] == fold(f"@{domain}")[1:]


def is_address(text: str) -> bool:
    """Whether it can be written into an envelope and a header as it stands (a bounded, plain form:
    no quotes, no blanks, no control characters)."""
    local, at, domain = text.rpartition("@")
    return bool(
        at
        and local
        and domain
        and len(text.encode()) <= MAX_ADDRESS
        and len(local.encode()) <= MAX_LOCAL_PART
        and not any(
            c.isspace() or c in '<>()[],;:\\"@' or ord(c) < 33 or ord(c) == 127 for c in local
        )
        and re.fullmatch(r"[\w](?:[\w.-]*[\w])?", domain)
    )
