"""Tokens of ours that act in somebody's name go on to nobody."""

from __future__ import annotations

import base64
import hashlib
import time
from datetime import date

import pytest

from mailhub import reading
from mailhub.addresses import Purpose, Token, Tokens
from mailhub.compose import delivered, own, private, told
from mailhub.compose.parts import scan
from mailhub.site import Site

SITE = Site("lists.example.org", "https://hub.example.org", Tokens(b"a secret of the tests"))
NOTICE = SITE.tokens.word(Token(Purpose.NOTICE, 0, 7, date(2026, 12, 1)))
REPLY = SITE.tokens.word(Token(Purpose.REPLY, 9))
FEED = SITE.tokens.sign(Token(Purpose.FEED, 3, 7))
CALENDAR = SITE.feed_url(FEED)
READER = f"{SITE.url}/reader/{SITE.tokens.sign(Token(Purpose.READER, 3, 7))}"
LINK = SITE.unsubscribe("policy", 3, 7)[0]


def cleaned(header: str) -> str:
    raw = header.replace("\n", "\r\n").encode() + b"\r\n\r\nWords.\r\n"
    return private.mail(raw, SITE).decode().replace("\r\n", "\n").partition("\n\n")[0]


@pytest.mark.parametrize(
    ("came", "goes_on"),
    [
        (f"In-Reply-To: <{NOTICE}.ab12@lists.example.org>\nSubject: s", "Subject: s"),
        (
            f"References: <a@x.example>\n <{NOTICE.upper()}.ab@lists.example.org> <b@x.example>",
            "References: <a@x.example>\n <b@x.example>",
        ),
        (
            f'To: "Policy, our" <policy+{NOTICE}@lists.example.org>, "Doe, J" <j@x.example>,\n a@x.example',
            'To: "Doe, J" <j@x.example>,\n a@x.example',
        ),
        (f"Cc: policy+{NOTICE}@lists.example.org\nSubject: s", "Subject: s"),
        (
            f"To: Us: policy+{NOTICE}@lists.example.org, a@x.example;",
            "To: Us: policy+-@lists.example.org, a@x.example;",
        ),
        (
            f"Received: from a by b for <policy+{NOTICE}@lists.example.org>; Mon",
            "Received: from a by b for <policy+-@lists.example.org>; Mon",
        ),
        (f"X-Link: {LINK}", "X-Link: https://hub.example.org-"),
        (f"X-Link: {READER}/atom.xml", "X-Link: https://hub.example.org-/atom.xml"),
    ],
)
def test_what_acts_goes(came: str, goes_on: str) -> None:
    assert cleaned(came) == goes_on


@pytest.mark.parametrize(
    "header",
    [
        f"To: policy+{REPLY}@lists.example.org\nIn-Reply-To: <{REPLY}.ab@lists.example.org>",
        f"To: policy+{NOTICE[:-1]}@lists.example.org",  # not whole: no token
        "To:  policy@lists.example.org ,a@x.example\nReferences: <n-abcdefghijklmnopqrst@x.example>",
    ],
)
def test_all_else_stays_as_it_was(header: str) -> None:
    assert cleaned(header) == header
    assert (
        private.mail(header.encode() + b"\n\nWords.\n", SITE) == header.encode() + b"\n\nWords.\n"
    )


IN_WORDS = f"""Hello,

> To: policy+{NOTICE}@lists.example.org
> Message-ID: <{NOTICE}.ab12@lists.example.org>
> Unsubscribe: {LINK}
> My calendar: {CALENDAR}
> From: Jane <policy+{REPLY}@lists.example.org>

Regards
"""
SECRETS = (NOTICE, LINK.rpartition("/")[2], FEED)


def of_parts(*parts: tuple[str, str, bytes]) -> bytes:
    """A mail of parts: type, encoding, octets."""
    told = b"".join(
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + octets
        + b"\r\n"
        for kind, encoding, octets in parts
    )
    head = b'From: a@x.example\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + told + b"--b--\r\n"


def quoted_printable(words: str) -> bytes:
    """With soft breaks inside of the tokens."""
    octets = words.encode().replace(b"=", b"=3D").replace(b"\n", b"\r\n")
    for secret in SECRETS:
        octets = octets.replace(secret[:9].encode(), secret[:9].encode() + b"=\r\n")
    return octets


CRLF_WORDS = IN_WORDS.replace("\n", "\r\n").encode()
ATTACHED = b"From: b@x.example\r\nReply-To: policy+%s@lists.example.org\r\n\r\n" % NOTICE.encode()


@pytest.mark.parametrize(
    "part",
    [
        ("text/plain", "7bit", CRLF_WORDS),
        ("text/plain", "quoted-printable", quoted_printable(IN_WORDS)),
        ("text/html", "base64", base64.encodebytes(CRLF_WORDS).replace(b"\n", b"\r\n")),
        (
            "text/html",
            "8bit",
            f"<a href='mailto:policy%2B{NOTICE}@lists.example.org'>u</a>{LINK}".encode(),
        ),
        ("message/rfc822", "7bit", ATTACHED + CRLF_WORDS),
        ("message/rfc822", "base64", base64.encodebytes(ATTACHED).replace(b"\n", b"\r\n")),
        ("message/rfc822", "8bit", of_parts(("text/plain", "quoted-printable", CRLF_WORDS))),
        ("message/delivery-status", "7bit", ATTACHED),
        (
            'application/octet-stream; name="mail.eml"',
            "base64",
            base64.encodebytes(of_parts(("text/plain", "quoted-printable", CRLF_WORDS))).replace(
                b"\n", b"\r\n"
            ),
        ),
    ],
)
def test_nor_do_they_go_on_in_a_body(part: tuple[str, str, bytes]) -> None:
    raw = of_parts(("text/plain", "7bit", b"Look at this."), part)
    before = [one.decoded(raw) for one in scan(raw, into_mails=True).walk()]
    assert any(secret.encode() in octets for octets in before for secret in SECRETS)
    after = private.mail(raw, SITE)
    for one in scan(after, into_mails=True).walk():
        for secret in SECRETS:
            assert secret.encode() not in one.decoded(after)
            assert secret.encode() not in after.replace(b"=\r\n", b"")
    # All else is as it was.
    assert b"Look at this." in after
    said = b"".join(one.decoded(after) for one in scan(after, into_mails=True).walk())
    assert (REPLY.encode() in said) == (b"Regards" in said)


def test_what_is_kept_of_a_mail_has_none_either() -> None:
    raw = of_parts(
        ("text/plain", "7bit", CRLF_WORDS), ("message/rfc822", "7bit", ATTACHED + CRLF_WORDS)
    )
    read = reading.read(raw)
    assert NOTICE in read.text
    kept = private.letter(read, SITE)
    shown = "\n".join((kept.text, kept.new_text, kept.html, kept.signature))
    shown += "\n".join(one.content.decode() for one in kept.attachments)
    assert not any(secret in shown for secret in SECRETS)
    assert REPLY in shown
    assert kept.attachments[0].sha256 == hashlib.sha256(kept.attachments[0].content).hexdigest()


def test_a_mail_without_any_is_the_very_same() -> None:
    for words in ("Words.", f"policy+{REPLY}@lists.example.org", f"{NOTICE} without our name"):
        raw = of_parts(("text/plain", "7bit", words.encode()))
        assert private.mail(raw, SITE) is raw
        read = reading.read(raw)
        assert private.letter(read, SITE) is read


def test_a_post_goes_out_without_them() -> None:
    raw = of_parts(("text/plain", "7bit", CRLF_WORDS))
    gone_out = delivered.untouched(raw, SITE)
    assert NOTICE.encode() not in gone_out
    assert REPLY.encode() in gone_out


def test_looking_costs_little_where_there_are_many_that_look_like_one() -> None:
    words = f"policy+n-{'a' * 30}@lists.example.org /hold/{'b' * 30} " * 5_000
    began = time.process_time()
    assert told.without(words.encode(), SITE) == words.encode()
    assert time.process_time() - began < 2


def test_nor_do_they_go_to_those_who_look_after_a_community() -> None:
    raw = f"From: a@x.example\r\nIn-Reply-To: <{NOTICE}.ab@lists.example.org>\r\n\r\nWords.\r\n"
    letter = reading.read(raw.encode())
    passed_on = own.passed_on(raw.encode(), letter, SITE, "policy+owner@lists.example.org")
    assert NOTICE.encode() not in passed_on
