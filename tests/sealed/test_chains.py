"""A mail that brings a chain of ARC: ours lengthens it, closes it, or leaves it alone."""

from __future__ import annotations

import re

import pytest

from mailhub.signing import Signer
from mailhub.signing.chains import MOST_SETS, Chain
from tests.sealed.conftest import Ask, chain
from tests.sealed.test_verified import MAILS, NOW, RESULTS
from tests.servers.rspamd import Rspamd

RAW = MAILS["plain"].replace(b"\n", b"\r\n")


def sealed(signer: Signer, octets: bytes, holds: bool = True) -> bytes:
    return signer.sealed(octets, NOW, results=RESULTS, holds=holds).octets


def statuses(octets: bytes) -> list[bytes]:
    """The `cv=` of each seal, from top to bottom."""
    return re.findall(rb"\r?\n?ARC-Seal: i=\d+;.*?cv=(\w+);", octets, re.DOTALL)


def test_a_chain_that_holds_is_lengthened(signer: Signer, ask: Ask, rspamd: Rspamd) -> None:
    octets = RAW
    for _ in range(5):
        octets = sealed(signer, octets)
    assert statuses(octets) == [b"pass", b"pass", b"pass", b"pass", b"none"]
    assert chain(octets, ask) == "pass"
    assert rspamd.symbols(octets)["ARC_ALLOW"] == ["lists.example.org:s=2026a:i=5"]


def test_a_chain_that_does_not_hold_is_closed_once(signer: Signer, ask: Ask) -> None:
    closed = sealed(signer, sealed(signer, RAW), holds=False)
    assert statuses(closed) == [b"fail", b"none"]
    assert chain(closed, ask) == "fail"
    assert statuses(sealed(signer, closed)) == [b"fail", b"none"]
    assert statuses(sealed(signer, closed, holds=False)) == [b"fail", b"none"]


@pytest.mark.parametrize(
    "mark",
    [
        b"ARC-Seal: i=2; cv=none; a=rsa-sha256; b=x\r\n",  # the rest of its set is not there
        b"ARC-Authentication-Results: i=1; x.example; none\r\n",  # one is there twice
        b"ARC-Message-Signature: a=rsa-sha256; b=x\r\n",  # of no set
        b"ARC-Seal: i=0; cv=none\r\n",
        b"ARC-Seal: i=999; cv=none\r\n",
    ],
)
def test_what_is_no_chain_is_never_said_to_hold(mark: bytes, signer: Signer) -> None:
    octets = sealed(signer, mark + sealed(signer, RAW))
    assert statuses(octets)[0] in (b"fail", b"none")
    assert statuses(octets).count(b"pass") == 0


def test_a_chain_ends_at_fifty(signer: Signer) -> None:
    octets = RAW
    for _ in range(MOST_SETS + 3):
        octets = sealed(signer, octets)
    assert len(statuses(octets)) == MOST_SETS


def test_no_header_of_a_copy_is_in_the_seal(signer: Signer) -> None:
    listed = re.findall(rb"ARC-Message-Signature:.*?h=(.*?);", sealed(signer, RAW), re.DOTALL)
    names = [name.strip() for name in listed[0].split(b":")]
    assert b"list-unsubscribe" not in names
    assert b"list-id" in names
    assert b"dkim-signature" in names
    assert b"received" not in names


def test_ten_thousand_fields_are_no_chain() -> None:
    found = [("arc-seal", b"arc-seal:i=%d; cv=pass" % (n % 60)) for n in range(10_000)]
    assert Chain.read(found).sets == ()
