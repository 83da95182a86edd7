"""Authentication-Results: what is read, and whose is believed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailhub.reading import authentication
from mailhub.reading.authentication import Result

OURS = frozenset({"mx.lists.example", "lists.example"})


def is_ours(address: str) -> bool:
    return address in ("127.0.0.1", "10.0.0.5")


def results(value: str) -> list[tuple[str, str]] | None:
    """(method, result) of a field's value."""
    read = authentication.read(value)
    return None if read is None else [(r.method, r.result) for r in read.results]


# As mail servers write them: the examples of RFC 8601, appendix B, and of large senders.
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("example.org 1; none", []),
        ("example.com; spf=pass smtp.mailfrom=example.net", [("spf", "pass")]),
        (
            "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
            "spf=pass smtp.mailfrom=example.net",
            [("auth", "pass"), ("spf", "pass")],
        ),
        (
            'example.com; dkim=pass reason="good signature" header.i=@mail-router.example.net; '
            'dkim=fail reason="bad; signature" header.i=@newyork.example.com',
            [("dkim", "pass"), ("dkim", "fail")],
        ),
        (
            "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) "
            "fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't) "
            "1362471462",
            None,  # blanks around a dot: nobody does
        ),
        (
            "mx.google.com; dkim=pass header.i=@leeds.gov.uk header.s=s1 header.b=Abc/+1=; spf=pass "
            "(google.com: domain of jane@leeds.gov.uk designates 192.0.2.1 as permitted sender) "
            "smtp.mailfrom=jane@leeds.gov.uk; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=leeds.gov.uk",
            [("dkim", "pass"), ("spf", "pass"), ("dmarc", "pass")],
        ),
        ("mx; spf=none smtp.mailfrom= smtp.helo=x.example", [("spf", "none")]),
        ("mx; DKIM=Pass; x", None),
        ("mx; dkim=pass (a (nested\\) one) here)", [("dkim", "pass")]),
        ("mx; dkim = pass", [("dkim", "pass")]),
        ("mx; dkim =pass; spf= fail", [("dkim", "pass"), ("spf", "fail")]),
        ("mx 2; dkim=pass", None),
        (
            'mx; spf=fail smtp.mailfrom="a; dmarc=pass header.from=leeds.gov.uk"@evil.example',
            [("spf", "fail")],
        ),
        ("mx; (dmarc=pass", None),
        ('mx; "dmarc=pass', None),
        ("; dmarc=pass", None),
        ("", None),
    ],
)
def test_what_a_field_says(value: str, said: list[tuple[str, str]] | None) -> None:
    assert results(value) == said


def test_what_a_result_is_about() -> None:
    read = authentication.read(
        'MX.example; spf=pass smtp.MailFrom="jane doe"@leeds.example reason=x'
    )
    assert read is not None
    assert read.authserv == "mx.example"
    about = {"smtp.mailfrom": "jane doe@leeds.example", "reason": "x"}
    assert read.results == (Result("mx.example", "spf", "pass", about),)


# As Postfix has it: its own Received above what its milters wrote.
HANDED_OVER = (
    b"Received: from mail.leeds.example (mail.leeds.example [192.0.2.1])\r\n"
    b"\tby mx.lists.example (Postfix) with ESMTPS id 1;\r\n\tMon, 2 Nov 2026 10:00:00 +0000\r\n"
    b"Authentication-Results: mx.lists.example;\r\n\tspf=pass smtp.mailfrom=leeds.example\r\n"
    b"Authentication-Results: lists.example; dmarc=pass header.from=leeds.example\r\n"
)
WRITTEN = b"From: Jane <jane@leeds.example>\r\n\r\nHello\r\n"


def believed(raw: bytes) -> dict[str, list[str]]:
    """The results that count, by method."""
    found = authentication.believed(raw, OURS, is_ours)
    return {method: [result.result for result in said] for method, said in found.items()}


def test_results_of_our_own_servers_are_believed() -> None:
    assert believed(HANDED_OVER + WRITTEN) == {"spf": ["pass"], "dmarc": ["pass"]}
    # Above the Received line too, as others have it.
    above = b"Authentication-Results: lists.example; dkim=pass header.d=leeds.example\r\n"
    assert believed(above + HANDED_OVER + WRITTEN)["dkim"] == ["pass"]


def test_results_behind_a_hop_of_our_own_are_believed() -> None:
    inside = b"Received: from localhost (localhost [127.0.0.1]) by mx.lists.example\r\n"
    also = b"Received: from filter (filter [IPv6:10.0.0.5]) by mx.lists.example\r\n"
    assert believed(inside + also + HANDED_OVER + WRITTEN) == {"spf": ["pass"], "dmarc": ["pass"]}


FORGED = b"Authentication-Results: lists.example; dkim=pass header.d=leeds.example; dmarc=fail\r\n"


def test_what_was_written_before_it_reached_us_is_not_believed() -> None:
    elsewhere = b"Received: from evil.example ([198.51.100.9]) by relay.example\r\n"
    inside = b"Received: from localhost (localhost [127.0.0.1]) by mx.lists.example\r\n"
    for hop in (elsewhere, inside, b"Received: nonsense\r\n"):
        assert believed(HANDED_OVER + hop + FORGED + WRITTEN) == {
            "spf": ["pass"],
            "dmarc": ["pass"],
        }


def test_of_each_method_the_topmost_counts() -> None:
    assert believed(HANDED_OVER + FORGED + WRITTEN)["dmarc"] == ["pass"]


def test_other_servers_are_not_believed() -> None:
    other = b"Authentication-Results: mx.evil.example; dkim=pass header.d=leeds.example\r\n"
    assert "dkim" not in believed(other + HANDED_OVER + WRITTEN)
    assert believed(WRITTEN + FORGED) == {}  # in the body


@given(st.text(alphabet=' \t;="\\()/.aA1@-\r\n\0é', max_size=200))
def test_no_field_breaks_the_reader(value: str) -> None:
    read = authentication.read(value)
    assert read is None or read.authserv


@given(
    st.lists(
        st.sampled_from(
            [
                HANDED_OVER,
                FORGED,
                b"Received: x\r\n",
                b"\r\n",
                b"\r\r",
                b"X: y\r\n",
                b"Received:",
                b"\0",
            ]
        ),
        max_size=12,
    )
)
def test_nothing_below_an_outside_hop_is_ever_believed(pieces: list[bytes]) -> None:
    outside = b"Received: from x ([198.51.100.9]) by y\r\n"
    assert believed(outside + outside + b"".join(pieces)) == {}


@pytest.mark.parametrize(
    "value",
    [
        "(" * 8000,
        "a=" * 4000,
        '"\\' * 4000,
        "; " * 4000,
        "x" * 8000,
        "(a" * 2000 + ")" * 2000,
        '""' * 4000,
    ],
)
def test_no_field_takes_long(value: str) -> None:
    raw = b"Authentication-Results: lists.example; " + value.encode() + b"\r\n"
    began = time.process_time()
    authentication.believed(raw * 8 + WRITTEN, OURS, is_ours)
    assert time.process_time() - began < 0.5
