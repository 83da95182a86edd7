"""Who is believed: SPF, DKIM and DMARC together, over a real DNS server."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub import reading
from mailhub.dns import Dns
from mailhub.proof import Evidence, Proof, Prover, from_kept
from tests.servers.dns import FAILING, SILENT, Zones
from tests.signing import Signer

LEEDS = Signer("leeds.gov.uk")
NEWS = Signer("news.leeds.gov.uk")
EVIL = Signer("evil.example.net")
SHARED = {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
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
    return Prover(
        Dns(zones.address, clock=time.monotonic),
        clock=time.monotonic,
        authservs=["mx.lists.example"],
        peers=[ip_network("10.0.0.0/8")],
    )


def mail(author: str = "jane@leeds.gov.uk", above: str = "") -> bytes:
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


RESULTS = (
    "Received: from x (x [198.51.100.7]) by mx.lists.example\r\n"
    "Authentication-Results: mx.lists.example; "
)


def said(results: str, author: str = "jane@leeds.gov.uk") -> bytes:
    return mail(author, RESULTS + results + "\r\n")


def test_a_trusted_servers_results_are_taken_over(prover: Prover) -> None:
    found = proof(prover, said("dmarc=pass header.from=leeds.gov.uk"), peer="10.1.2.3")
    assert found.proven
    assert found.by == "mx.lists.example"
    assert proof(prover, said("spf=pass smtp.mailfrom=x@leeds.gov.uk"), peer="10.1.2.3").proven
    assert proof(prover, said("dkim=pass header.i=@leeds.gov.uk"), peer="10.1.2.3").proven
    failed = proof(prover, said("dmarc=fail header.from=leeds.gov.uk"), peer="10.1.2.3")
    assert failed.fails_policy
    assert not proof(
        prover, said("dmarc=fail header.from=hull.gov.uk", "a@hull.gov.uk"), peer="10.1.2.3"
    ).fails_policy


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass header.from=hull.gov.uk",
        "dmarc=pass",
        "spf=pass smtp.mailfrom=leeds.gov.uk.evil.example.net",
        "spf=softfail smtp.mailfrom=leeds.gov.uk",
        "dkim=pass header.d=evil.example.net; dkim=fail header.d=leeds.gov.uk",
        "dkim=pass header.d=gov.uk",
        "dmarc=bestguesspass header.from=leeds.gov.uk",
        "none",
    ],
)
def test_what_it_says_of_others_proves_nothing(prover: Prover, results: str) -> None:
    assert not proof(prover, said(results), peer="10.1.2.3").proven


def test_the_same_words_from_anybody_else_are_not_believed(prover: Prover) -> None:
    found = proof(prover, said("dmarc=pass header.from=leeds.gov.uk"), peer=ELSEWHERE)
    assert not found.proven
    assert found.fails_policy
    other = said("dmarc=pass header.from=leeds.gov.uk").replace(b"mx.lists", b"mx.other")
    assert not proof(prover, other, peer="10.1.2.3").proven


def test_who_hands_over_a_mail_is_not_taken_for_its_sender(prover: Prover) -> None:
    for how in ({"peer": "10.1.2.3"}, {"peer": "127.0.0.1", "from_sender": False}):
        found = proof(prover, mail(), **how)
        assert found.spf == ""
        assert not found.proven
        assert not found.fails_policy  # SPF may have passed where it came in
        assert proof(prover, LEEDS.signed(mail()), **how).proven


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


def test_results_are_told_in_words_and_as_a_field(prover: Prover) -> None:
    found = proof(prover, LEEDS.signed(mail()))
    assert found.told() == (
        "proven author=leeds.gov.uk policy=reject spf=pass (leeds.gov.uk) dkim=pass (leeds.gov.uk)"
        " dmarc=pass"
    )
    assert found.results("lists.example") == (
        "lists.example; spf=pass smtp.mailfrom=leeds.gov.uk; dkim=pass header.d=leeds.gov.uk;"
        " dmarc=pass header.from=leeds.gov.uk"
    )
    assert Proof().results("lists.example") == "lists.example; none"
    assert Proof().told() == "no one author"


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
