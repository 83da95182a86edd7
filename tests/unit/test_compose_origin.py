"""Where a delivered mail says that it comes from: its From, its signatures, its results, and each field
once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailhub import reading
from mailhub.compose import headers, own
from mailhub.compose.origin import From
from mailhub.letter import Mailbox
from tests.unit.composed import HEAD, PLAIN, SITE, composed, read


def test_an_author_with_an_international_address_can_be_answered() -> None:
    author: dict[str, Any] = {"author_name": "Jörg", "author_address": "jörg@bücher.example"}
    octets = composed(HEAD + b"\nWords.\n", replies="author", **author)
    assert "Reply-To: =?utf-8?b?SsO2cmc=?= <jörg@bücher.example>\r\n".encode() in octets
    assert headers.mailbox("", "jörg@x.example") == "<jörg@x.example>"
    # Who cannot be answered at all is answered by way of the community.
    octets = composed(HEAD + b"\nWords.\n", replies="author", author_name="", author_address="")
    assert b"\r\nReply-To: Policy and Performance <policy+r-" in octets


def test_mail_of_ours_goes_to_and_from_international_addresses() -> None:
    now = datetime(2026, 11, 3, 9, tzinfo=UTC)
    about: dict[str, Any] = {
        "sender": Mailbox("Policy", SITE.address("policy", "notices")),
        "subject": "s",
        "body": "b",
        "now": now,
    }
    _, answer = own.written(SITE, to="jörg@bücher.example", **about)
    assert "\r\nTo: jörg@bücher.example\r\n".encode() in answer
    raw = "From: Jörg <jörg@bücher.example>\r\nSubject: s\r\n\r\nWords.\r\n".encode()
    passed_on = own.passed_on(raw, reading.read(raw), SITE, "policy+owner@lists.example.org")
    assert "Reply-To: =?utf-8?b?SsO2cmc=?= <jörg@bücher.example>\r\n".encode() in passed_on


SIGNATURE = b"DKIM-Signature: v=1; a=rsa-sha256; d=leeds.example; s=a; h=from; bh=x; b=y\n"


def test_an_author_whose_domain_would_have_it_refused_writes_by_way_of_the_community() -> None:
    raw = SIGNATURE + b"Sender: desk@leeds.example\nAuthor: Boss <boss@x.example>\n" + PLAIN
    mail = read(composed(raw, author_from=From.REPLACED))
    assert mail.get_all("From") == [
        "Jane Doe via Policy and Performance <policy@lists.example.org>"
    ]
    assert mail.get_all("Author") == ["Jane Doe <jane@leeds.example>"]
    assert mail["Reply-To"].startswith("Policy and Performance <policy+r-")
    assert mail["Sender"] is None
    assert mail["DKIM-Signature"] is None
    answered = read(composed(raw, author_from=From.REPLACED, replies="author"))
    assert answered["Reply-To"] == "Jane Doe <jane@leeds.example>"


def test_a_signature_keeps_the_from_while_nothing_below_it_is_changed() -> None:
    raw = SIGNATURE + PLAIN
    untouched = read(composed(raw, author_from=From.SIGNED, footer=False))
    assert untouched["From"] == "Jane Doe <jane@leeds.example>"
    assert untouched["DKIM-Signature"] is not None
    for change in (
        {"footer": True},
        {"id_is_ours": True, "message_id": "made@x.example"},
    ):
        changed = read(composed(raw, author_from=From.SIGNED, **({"footer": False} | change)))
        assert changed["From"].startswith("Jane Doe via ")
        assert changed["DKIM-Signature"] is None
    eight = raw + "Tŷ Siân\n".encode()
    kept = composed(eight, author_from=From.SIGNED, footer=False)
    assert b"\r\nFrom: Jane Doe <jane@leeds.example>" in kept
    encoded_anew = composed(eight, eight_bit=False, author_from=From.SIGNED, footer=False)
    assert b"\r\nFrom: Jane Doe via " in encoded_anew


def test_signatures_that_cannot_verify_any_more_do_not_go_on() -> None:
    assert b"DKIM-Signature" not in composed(SIGNATURE + PLAIN)
    assert b"DKIM-Signature" in composed(SIGNATURE + PLAIN, footer=False)


@pytest.mark.parametrize(
    "claim",
    [
        b"lists.example.org; dkim=pass",
        b"lists.example.org 1; dkim=pass",
        b"LISTS.Example.ORG.;dkim=pass",
        b"(a comment (in one) \\) here) lists.example.org; dkim=pass",
        b'"lists.example.org"; dkim=pass',
        b"\n\tlists.example.org; dkim=pass",
        b"lists.example.org/1; none",
    ],
)
def test_nobody_else_says_what_we_found(claim: bytes) -> None:
    ours = "lists.example.org; dkim=fail header.d=leeds.example"
    mail = read(composed(b"Authentication-Results: " + claim + b"\n" + PLAIN, results=ours))
    said = [" ".join(value.split()) for value in mail.get_all("Authentication-Results")]
    assert said == [ours]


def test_no_field_goes_on_twice_that_may_stand_there_once() -> None:
    raw = (
        HEAD.replace(b"Subject: Indicator 6\n", b"Subject: Indicator 6\nSubject: Other\n")
        + b"To: tom@cardiff.example\nCC:\nCc: ann@york.example\nCc:\nDate: Tue, 3 Nov 2026 09:00:00 +0000\n"
        + b"X-Twice: 1\nX-Twice: 2\n\nWords.\n"
    )
    mail = read(composed(raw))
    assert mail.get_all("Subject") == ["Indicator 6"]
    assert mail.get_all("To") == ["policy@lists.example.org, tom@cardiff.example"]
    assert mail.get_all("Cc") == ["ann@york.example"]
    assert mail.get_all("X-Twice") == ["1", "2"]
    assert mail.get_all("Date") == ["Tue, 03 Nov 2026 09:00:00 +0000"]


def test_who_writes_under_two_names_writes_by_way_of_the_community() -> None:
    octets = composed(b"From: Boss <boss@leeds.example>\n" + PLAIN)
    assert octets.count(b"\r\nFrom: ") == 1
    assert b"\r\nFrom: Jane Doe via Policy and Performance <policy@lists.example.org>\r\n" in octets


def test_a_mail_without_a_date_gets_the_time_it_came() -> None:
    assert read(composed(PLAIN))["Date"] == "Tue, 03 Nov 2026 09:00:00 +0000"


def test_what_a_signature_inside_is_about_stays_as_it_is() -> None:
    inner = "Content-Type: text/plain; charset=utf-8\n\nTŷ\n".encode()
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=o\n\n--o\n"
        b"Content-Type: multipart/signed; boundary=s\n\n--s\n"
        + inner
        + b"--s\n\nsig\n--s--\n--o--\n"
    )
    assert inner.replace(b"\n", b"\r\n").strip() in composed(raw, eight_bit=False)
