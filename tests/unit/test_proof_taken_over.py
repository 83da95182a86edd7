"""What a server in front of us found is believed of that server alone."""

from __future__ import annotations

import pytest

from mailhub.proof import Proof, Prover
from tests.unit import proving as _proving
from tests.unit.proving import ELSEWHERE, LEEDS, mail, proof

zones, prover = _proving.zones, _proving.prover


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
