"""Chains that others began: dkimpy's hold, and none that was touched does."""

from __future__ import annotations

import time
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from mailhub.dns import NoAnswer
from mailhub.signing import Key, Signer, checking
from tests.sealed.conftest import DOMAIN
from tests.sealed.test_chains import RAW, sealed
from tests.sealed.test_verified import MAILS, each_mail

RSA = rsa.generate_private_key(65537, 1024)
PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
OTHERS = Key("hop.example", "h1", RSA)


def asking(key: Key, **other: bytes) -> checking.Ask:
    """DNS with our key and that of the hop before us."""
    records: dict[str, bytes] = {one.name: one.record.encode() for one in (key, OTHERS)} | other

    def ask(name: str, kind: str) -> tuple[object, ...]:
        assert kind == "TXT"
        return (records[name],) if name in records else ()

    return ask


def hop(raw: bytes, **how: Any) -> bytes:
    """The mail as a hop before us sealed it, with dkimpy's way of doing it."""
    results = b"Authentication-Results: hop.example; dkim=pass header.d=leeds.example\r\n"
    status = b"arc=pass" if b"ARC-Seal" in raw else b"arc=none"
    named = results.replace(b"hop.example;", b"hop.example; " + status + b";")
    lines = dkim.arc_sign(named + raw, b"h1", b"hop.example", PEM, b"hop.example", **how)
    assert lines, "dkimpy does not seal this"
    return b"".join(lines) + raw


@each_mail
def test_a_chain_that_another_began_holds(raw: bytes, key: Key, signer: Signer) -> None:
    came = hop(raw.replace(b"\n", b"\r\n"))
    assert checking.brings_a_chain(came)
    assert checking.holds(came, asking(key))
    # It still does where its line ends were changed on the way, and where we and they took turns.
    assert checking.holds(came.replace(b"\r\n", b"\n"), asking(key))
    ours = sealed(signer, came)
    assert checking.holds(ours, asking(key))
    assert checking.holds(hop(ours), asking(key))


def test_no_chain_is_none(key: Key) -> None:
    assert not checking.brings_a_chain(RAW + b"ARC-Seal: i=1\r\n")
    assert not checking.holds(RAW, asking(key))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"How do you count", b"Who do you count"),
        (b"Subject: Indicator", b"Subject: indicator"),
        (b"dkim=pass", b"dkim=fail"),
        (b"cv=none", b"cv=pass"),
        (b"i=1;", b"i=2;"),
        (b"a=rsa-sha256", b"a=rsa-sha1"),
        (b"s=h1", b"s=h2"),
        (b"d=hop.example", b"d=hop.example; d=other.example"),
        (b"From: Jane", b"From: Mallory <m@evil.example>\r\nFrom: Jane"),
        (b"ARC-Seal:", b"ARC-Seal: i=1; cv=none\r\nARC-Seal:"),
    ],
)
def test_one_that_was_touched_does_not_hold(was: bytes, becomes: bytes, key: Key) -> None:
    came = hop(RAW)
    changed = came.replace(was, becomes, 1)
    assert changed != came
    assert not checking.holds(changed, asking(key))


def test_one_that_was_closed_does_not_hold(key: Key, signer: Signer) -> None:
    assert not checking.holds(sealed(signer, hop(RAW), holds=False), asking(key))


@pytest.mark.parametrize(
    "record",
    [b"", b"v=DKIM1; p=", b"v=DKIM1; p=AAAA", b"p=\xff\xff", b"p=" + b"A" * 9_000, b"nothing;;;=;"],
)
def test_a_key_that_cannot_be_read_proves_nothing(record: bytes, key: Key) -> None:
    ask = asking(key, **{OTHERS.name: record})
    assert not checking.holds(hop(RAW), ask)


def test_without_an_answer_nothing_holds() -> None:
    def ask(name: str, kind: str) -> tuple[object, ...]:
        raise NoAnswer("nobody there")

    assert not checking.holds(hop(RAW), ask)


@given(st.binary(max_size=300), st.integers(0, 2_000))
def test_whatever_is_changed_nothing_is_raised(octets: bytes, at: int) -> None:
    came = hop(RAW)
    changed = came[:at] + octets + came[at + len(octets) :]
    checking.brings_a_chain(changed)
    checking.holds(changed, asking(Key(DOMAIN, "2026a", RSA)))


def test_fifty_sets_of_blanks_take_no_time(key: Key) -> None:
    filling = b" \t" * 1_500
    came = b"".join(
        b"ARC-Seal: i=%d;%b cv=pass; b=%b\r\n" % (n, filling, filling)
        + b"ARC-Message-Signature: i=%d;%b b\r\n" % (n, filling)
        + b"ARC-Authentication-Results: i=%d; x.example; none\r\n" % n
        for n in range(1, 51)
    )
    began = time.process_time()
    assert not checking.holds(came + MAILS["plain"] + filling * 100, asking(key))
    assert time.process_time() - began < 1
