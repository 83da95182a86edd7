"""Councils with their policies in a real DNS server, and what is proven of a mail of theirs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from mailhub import reading
from mailhub.dns import Dns
from mailhub.proof import Evidence, Proof, Prover, from_kept
from tests.servers.dns import FAILING, Zones
from tests.signing import Signer

LEEDS = Signer("leeds.gov.uk")
NEWS = Signer("news.leeds.gov.uk")
EVIL = Signer("evil.example.net")
SHARED = {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
    """What the councils publish."""
    names: dict[str, Any] = {
        "leeds.gov.uk": SHARED,
        "_dmarc.leeds.gov.uk": {"TXT": ["v=DMARC1; p=reject"]},
        "news.leeds.gov.uk": SHARED,
        "york.gov.uk": SHARED,
        "_dmarc.york.gov.uk": {"TXT": ["v=DMARC1; p=quarantine; adkim=s; aspf=s"]},
        "news.york.gov.uk": SHARED,
        "hull.gov.uk": SHARED,
        "_dmarc.hull.gov.uk": {"TXT": ["v=DMARC1; p=none"]},
        "bath.gov.uk": SHARED,
        "evil.example.net": SHARED,
        "testing.gov.uk": SHARED,
        "_dmarc.testing.gov.uk": {"TXT": ["v=DMARC1; p=reject; pct=0"]},
        "_dmarc.away.gov.uk": FAILING,
    }
    for signer in (LEEDS, NEWS, EVIL, Signer("york.gov.uk"), Signer("news.york.gov.uk")):
        names |= signer.zone
    with Zones(names) as server:
        yield server


@pytest.fixture
def prover(zones: Zones) -> Prover:
    """Who proves, with one server in front that is believed."""
    return Prover(
        Dns(zones.address, clock=time.monotonic),
        clock=time.monotonic,
        authservs=["mx.lists.example"],
        peers=[ip_network("10.0.0.0/8")],
    )


def mail(author: str = "jane@leeds.gov.uk", above: str = "") -> bytes:
    """A mail of somebody, below these lines."""
    return f"{above}From: Jane <{author}>\r\nTo: policy@lists.example\r\n\r\nHello\r\n".encode()


def proof(prover: Prover, raw: bytes, **how: Any) -> Proof:
    """The proof of a mail that came from 192.0.2.1 with its author's envelope, or as `how` says."""
    letter = reading.read(raw)
    facts: dict[str, Any] = {
        "raw": raw,
        "letter": letter,
        "peer": "192.0.2.1",
        "helo": "mail.leeds.gov.uk",
        "mail_from": letter.author.address,
    }
    (found,) = prover.prove([Evidence(**facts | how)])
    assert from_kept(found.kept()) == found
    return found


ELSEWHERE = "198.51.100.7"
