"""Addresses, both ways: what people may write, what we sign, what nobody can forge."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub import addresses
from mailhub.addresses import Destination, Purpose, Token, Tokens, destinations

DOMAIN = "lists.example.org"
TOKENS = Tokens(b"a secret of the tests")
tokens = st.builds(
    Token,
    st.sampled_from(Purpose),
    st.integers(0, 2**40),
    st.integers(0, 2**30),
    st.none() | st.dates(date(2020, 1, 2), date(2090, 1, 1)),
)


def meanings(local: str) -> list[tuple[str, str]]:
    found = destinations(f"{local}@{DOMAIN}", DOMAIN, TOKENS)
    return [(one.slug, one.verb) for one in found]


@pytest.mark.parametrize(
    ("local", "meant"),
    [
        ("policy", [("policy", "")]),
        ("Policy", [("policy", "")]),
        ("policy+docs", [("policy", "docs")]),
        ("policy+DOCUMENTS", [("policy", "docs")]),
        ("policy+owner", [("policy", "facilitators")]),
        ("policy+request", [("policy", "settings")]),
        ("policy-request", [("policy-request", ""), ("policy", "settings")]),
        ("policy-and-more", [("policy-and-more", "")]),
        ("postmaster", [("", "postmaster")]),
        ("abuse", [("", "abuse")]),
        ("policy+nonsense", []),
        ("policy+", []),
        ("p", []),
        ("policy+r-abcdef", []),
        ("a" * 33, []),
        ("policy.docs", []),
        ("", []),
    ],
)
def test_what_an_address_means(local: str, meant: list[tuple[str, str]]) -> None:
    assert meanings(local) == meant


def test_other_domains_are_none_of_ours() -> None:
    assert destinations("policy@example.org", DOMAIN, TOKENS) == ()
    assert destinations(f"policy@{DOMAIN}.", DOMAIN, TOKENS) == (Destination("policy"),)


@given(tokens)
def test_a_token_comes_back_as_it_was_signed(token: Token) -> None:
    address = TOKENS.address("policy", token, DOMAIN)
    for written in (address, address.upper()):
        assert destinations(written, DOMAIN, TOKENS) == (Destination("policy", token=token),)


@given(tokens, st.data())
def test_an_altered_token_is_no_address(token: Token, data: st.DataObject) -> None:
    text = TOKENS.sign(token)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567=1").filter(lambda c: c != text[place])
    )
    assert TOKENS.read(token.purpose, text[:place] + other + text[place + 1 :]) is None
    for purpose in set(Purpose) - {token.purpose}:
        assert TOKENS.read(purpose, text) is None, "one purpose"
    assert Tokens(b"another secret").read(token.purpose, text) is None


@given(st.text(max_size=80))
def test_a_guessed_token_is_none(text: str) -> None:
    assert TOKENS.read(Purpose.REPLY, text) is None


def test_the_longest_address_fits() -> None:
    longest = Token(Purpose.REPLY, 2**28 - 1, 2**21 - 1, date(2080, 1, 1))
    local = TOKENS.address("a" * 32, longest, DOMAIN).rpartition("@")[0]
    assert len(local) <= addresses.MAX_LOCAL_PART


def test_a_token_is_over_after_its_last_day() -> None:
    token = Token(Purpose.UNSUBSCRIBE, 1, expires=date(2026, 11, 21))
    assert not token.is_over(datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    assert token.is_over(datetime(2026, 11, 22, 0, 0, tzinfo=UTC))
    assert not Token(Purpose.REPLY, 1).is_over(datetime(2999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("slug", "problem"),
    [
        ("policy", ""),
        ("p2", ""),
        ("p", "slug-form"),
        ("Policy", "slug-form"),
        ("-policy", "slug-form"),
        ("policy-", "slug-form"),
        ("pol_icy", "slug-form"),
        ("a" * 33, "slug-form"),
        ("hub", "slug-reserved"),
        ("mailer-daemon", "slug-reserved"),
        ("policy-docs", "slug-captures"),
        ("policy-owner", "slug-captures"),
        ("policy-leave", "slug-captures"),
        ("data-sharing", ""),
    ],
)
def test_a_slug_that_cannot_be(slug: str, problem: str) -> None:
    assert addresses.slug_problem(slug) == problem


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Jane@Leeds.Example", "jane@leeds.example"),
        (" jane@leeds.example. ", "jane@leeds.example"),
        ("jane@xn--mchine-bua.example", "jane@mächine.example"),
        ("jo\u0308rg@x.example", "jörg@x.example"),
    ],
)
def test_addresses_that_are_the_same(one: str, same: str) -> None:
    assert addresses.fold(one) == same


@pytest.mark.parametrize(
    "bad",
    ["", "jane", "@x.example", "jane@", "ja ne@x.example", "a<b@x.example", "a\nb@x.example",
     "jane@-x.example", "jane@x..", "a" * 65 + "@x.example", "jane@" + "x" * 260],
)  # fmt: skip
def test_what_is_no_address(bad: str) -> None:
    assert not addresses.is_address(bad)


@given(st.text(max_size=100))
def test_folding_anything_twice_changes_nothing_more(text: str) -> None:
    assert addresses.fold(addresses.fold(text)) == addresses.fold(text)


@pytest.mark.parametrize("written", ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example."])
def test_an_international_domain_is_ours_however_it_is_written(written: str) -> None:
    found = destinations(f"policy+docs@{written}", "xn--bcher-kva.example", TOKENS)
    assert found == (Destination("policy", "docs"),)
