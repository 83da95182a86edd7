"""The chain of ARC sets that a mail brings, and the set that we add (RFC 8617).

Whether a chain holds was verified before; here it is only lengthened. One that does not is closed by
a set that says so, and one that was closed, or has fifty sets, is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mailhub.signing import canonical, fields
from mailhub.signing.fields import Fields
from mailhub.signing.keys import Key

MOST_SETS = 50  # RFC 8617 4.2.1
RESULTS, SIGNATURE, SEAL = (
    "arc-authentication-results",
    "arc-message-signature",
    "arc-seal",
)
_KINDS = (RESULTS, SIGNATURE, SEAL)
_INSTANCE = re.compile(rb"(?:^|;) ?i ?= ?(\d{1,3}) ?(?:;|$)")
_FAILED = re.compile(rb"(?:^|;) ?cv ?= ?fail ?(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands in a mail. `sets` has each set's three fields, as they are signed, from the first
    on; it is empty where they are no chain: a number is missing, doubled or unreadable."""

    highest: int
    sets: tuple[tuple[bytes, bytes, bytes], ...]
    is_closed: bool  # its last seal says that it fails

    @classmethod
    def read(cls, found: Fields) -> Chain:
        """The chain of a header."""
        numbered = [(_number(octets), name, octets) for name, octets in found if name in _KINDS]
        if not numbered:
            return cls(0, (), is_closed=False)
        highest = max(number for number, _, _ in numbered)
        sets: dict[tuple[int, str], bytes] = {(n, name): octets for n, name, octets in numbered}
        wanted = Counter((n, kind) for n in range(1, highest + 1) for kind in _KINDS)
        whole = Counter((n, name) for n, name, _ in numbered) == wanted and highest <= MOST_SETS
        return cls(
            highest,
            tuple(
                (sets[n, RESULTS], sets[n, SIGNATURE], sets[n, SEAL]) for n in range(1, highest + 1)
            )
            if whole
            else (),
            is_closed=bool(_FAILED.search(sets.get((highest, SEAL), b"").partition(b":")[2])),
        )


def sealed(key: Key, found: Fields, body_hash: str, at: int, *, results: str, holds: bool) -> bytes:
    """The three fields that go above `found`; b"" where a chain may not be lengthened.

    `results` is the value of our Authentication-Results; `holds` says that the chain there was
    verified. `at` is in seconds since 1970.
    """
    chain = Chain.read(found)
    if chain.is_closed or chain.highest >= MOST_SETS:
        return b""
    number = chain.highest + 1
    status = "none" if number == 1 else "pass" if holds and chain.sets else "fail"
    first = _results(number, results)
    listed = fields.names(found, (*fields.CORE, *fields.OF_THE_LIST))
    listed += ["dkim-signature"] * [name for name, _ in found].count("dkim-signature")
    second = fields.signed(
        key,
        fields.signature_field(key, listed, body_hash, at, f"i={number};", "ARC-Message-Signature"),
        fields.chosen(found, listed),
    )
    open_seal = fields.folded(
        "ARC-Seal",
        f"i={number};",
        "a=rsa-sha256;",
        f"t={at};",
        f"cv={status};",
        f"d={key.domain};",
        f"s={key.selector};",
        "b=",
    )
    # A seal that closes a broken chain covers its own set alone (RFC 8617 5.1.2).
    before = [octets for one in chain.sets for octets in one] if status == "pass" else []
    own = [canonical.field(octets) for octets in (first, second)]
    return fields.signed(key, open_seal, [*before, *own]) + second + first


def _results(number: int, results: str) -> bytes:
    """ARC-Authentication-Results, a line for each method."""
    value = results.replace("; ", ";\r\n ")
    return f"ARC-Authentication-Results: i={number}; {value}\r\n".encode("ascii", "replace")


def _number(octets: bytes) -> int:
    """The instance of a field; 0 where it cannot be read."""
    found = _INSTANCE.search(octets.partition(b":")[2])
    return int(found.group(1)) if found else 0
