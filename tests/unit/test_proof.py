"""Who is believed: SPF, DKIM and DMARC together, over a real DNS server."""

from __future__ import annotations

import contextlib
import time

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub import reading
from mailhub.dns import Dns
from mailhub.proof import Evidence, Proof, Prover
from tests.servers.dns import FAILING, SILENT, Zones
from tests.signing import Signer
from tests.unit import proving as _proving
from tests.unit.proving import ELSEWHERE, EVIL, LEEDS, NEWS, mail, proof

zones, prover = _proving.zones, _proving.prover


def test_spf_for_the_authors_domain_proves_it(prover: Prover) -> None:
    found = proof(prover, mail())
    assert found.proven
    assert (found.spf, found.dmarc, found.policy) == ("pass", "pass", "reject")
    below = proof(prover, mail(), mail_from="bounces@news.leeds.gov.uk")
    assert below.proven


def test_a_signature_of_the_authors_domain_proves_it_wherever_it_comes_from(prover: Prover) -> None:
    found = proof(prover, LEEDS.signed(mail()), peer=ELSEWHERE, mail_from="x@list.example.net")
    assert found.proven
    assert found.dkim == (("leeds.gov.uk", "pass"),)
    assert proof(prover, NEWS.signed(mail()), peer=ELSEWHERE).proven


def test_what_another_domain_proves_does_not_count(prover: Prover, zones: Zones) -> None:
    before = zones.asked.total()
    found = proof(prover, EVIL.signed(mail()), mail_from="x@evil.example.net")
    assert not found.proven
    assert found.fails_policy
    # Nor is it even asked for: its owner could keep us waiting.
    assert not [name for name, _ in zones.asked if "evil" in name], zones.asked
    assert zones.asked.total() - before <= 1


def test_a_forged_mail_fails_its_domains_policy(prover: Prover) -> None:
    forged = proof(prover, mail(), peer=ELSEWHERE)
    assert (forged.spf, forged.dmarc) == ("fail", "fail")
    assert forged.fails_policy
    assert proof(
        prover, LEEDS.signed(mail()).replace(b"Hello", b"Hullo"), peer=ELSEWHERE
    ).fails_policy
    assert proof(prover, mail("jane@any.leeds.gov.uk"), peer=ELSEWHERE).fails_policy


def test_strict_alignment_wants_the_very_domain(prover: Prover) -> None:
    author = "jo@york.gov.uk"
    assert proof(prover, mail(author)).proven
    assert proof(prover, Signer("york.gov.uk").signed(mail(author)), peer=ELSEWHERE).proven
    assert proof(prover, mail(author), mail_from="x@news.york.gov.uk").fails_policy
    assert proof(
        prover, Signer("news.york.gov.uk").signed(mail(author)), peer=ELSEWHERE
    ).fails_policy


@pytest.mark.parametrize("author", ["jo@hull.gov.uk", "jo@bath.gov.uk", "jo@testing.gov.uk"])
def test_who_asks_for_nothing_can_be_proven_but_does_not_fail(prover: Prover, author: str) -> None:
    assert proof(prover, mail(author)).proven
    unproven = proof(prover, mail(author), peer=ELSEWHERE)
    assert not unproven.proven
    assert not unproven.fails_policy


def test_whose_policy_cannot_be_had_is_not_proven_and_does_not_fail(prover: Prover) -> None:
    found = proof(prover, mail("jo@away.gov.uk"))
    assert found.dmarc == "temperror"
    assert not found.proven
    assert not found.fails_policy


def test_nobody_fails_while_our_own_resolver_is_away(prover: Prover, zones: Zones) -> None:
    assert proof(
        prover, mail(), mail_from="x@evil.example.net"
    ).fails_policy  # the policy is known now
    zones.is_silent = True
    found = proof(prover, mail())
    zones.is_silent = False
    assert (found.policy, found.spf, found.dmarc) == ("reject", "temperror", "temperror")
    assert not found.proven
    assert not found.fails_policy


def test_naming_a_key_or_a_host_that_is_broken_saves_no_forger(
    prover: Prover, zones: Zones
) -> None:
    zones.update({"s2._domainkey.leeds.gov.uk": FAILING, "old.leeds.gov.uk": FAILING})
    for raw in (Signer("leeds.gov.uk", selector="s2").signed(mail()), mail()):
        found = proof(prover, raw, peer=ELSEWHERE, mail_from="x@old.leeds.gov.uk")
        assert found.spf == "temperror"
        assert found.fails_policy


@pytest.mark.parametrize(
    "header",
    [
        "From: Jane <jane@leeds.gov.uk>\r\nFrom: Tom <tom@leeds.gov.uk>\r\n",
        "From: jane@leeds.gov.uk, tom@leeds.gov.uk\r\n",
        'From: "tom@hull.gov.uk" <jane@leeds.gov.uk>\r\n',
        "Subject: no author\r\n",
        "From: jane@[192.0.2.1]\r\n",
    ],
)
def test_an_author_in_doubt_is_never_proven(prover: Prover, header: str) -> None:
    found = proof(prover, f"{header}\r\nHello\r\n".encode(), mail_from="jane@leeds.gov.uk")
    assert found == Proof()


def test_a_null_sender_is_judged_by_the_name_of_its_host(prover: Prover) -> None:
    assert proof(prover, mail(), mail_from="", helo="news.leeds.gov.uk").proven
    assert not proof(prover, mail(), mail_from="", helo="evil.example.net").proven


def test_nothing_is_looked_up_where_nothing_could_follow(prover: Prover, zones: Zones) -> None:
    zones.asked.clear()
    for _ in range(20):
        found = proof(prover, mail("jo@hull.gov.uk"), matters=False)
        assert (found.asked, found.proven) == (False, False)
    assert zones.asked == {("_dmarc.hull.gov.uk", "TXT"): 1}
    assert proof(prover, mail(), peer=ELSEWHERE, matters=False).fails_policy


def test_mails_of_many_slow_domains_wait_beside_each_other(zones: Zones) -> None:
    zones.update({f"_dmarc.slow{n}.gov.uk": SILENT for n in range(6)})
    prover = Prover(Dns(zones.address, clock=time.monotonic), clock=time.monotonic)
    mails = [mail(f"jo@slow{n}.gov.uk") for n in range(6)] + [mail("jo@hull.gov.uk")]
    began = time.monotonic()
    proofs = prover.prove(
        [Evidence(raw, reading.read(raw), "192.0.2.1", "x", "jo@hull.gov.uk") for raw in mails]
    )
    assert time.monotonic() - began < 6
    assert [p.proven for p in proofs] == [False] * 6 + [True]


def test_without_dns_nobody_is_proven_and_nobody_fails() -> None:
    assert proof(Prover(), mail()) == Proof()


PIECES = [
    "jane@leeds.gov.uk",
    "<jane@leeds.gov.uk>",
    "x@evil.example.net",
    "<x@evil.example.net>",
    '"jane@leeds.gov.uk"',
    "(jane@leeds.gov.uk)",
    "Jane",
    ",",
    ";",
    ":",
    "=?utf-8?q?jane=40leeds.gov.uk?=",
    "=?utf-8?q?=3Cjane=40leeds.gov.uk=3E?=",
    "\r\n ",
    "\r\nFrom: ",
    "\r",
    "\n",
    "\0",
    "@leeds.gov.uk:",
    '"',
    "\\",
    "é",
]


@pytest.mark.parametrize(
    "examples", [100, pytest.param(20_000, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
)
def test_no_from_line_proves_what_its_owner_did_not_sign(prover: Prover, examples: int) -> None:
    """Evil's host and signature are genuine; whatever From is made of, they never speak for Leeds."""

    @settings(max_examples=examples, deadline=None)
    @given(st.lists(st.sampled_from(PIECES), max_size=8))
    def check(pieces: list[str]) -> None:
        raw = f"From: {''.join(pieces)}\r\nSubject: x\r\n\r\nHello\r\n".encode()
        with contextlib.suppress(dkim.DKIMException):
            raw = EVIL.signed(raw)
        found = proof(prover, raw, mail_from="x@evil.example.net", helo="evil.example.net")
        if found.proven:
            assert found.domain == "evil.example.net"
            assert not reading.read(raw).ambiguous_author

    check()
