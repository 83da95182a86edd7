"""Tokens of ours that act in somebody's name go on to nobody."""

from __future__ import annotations

from datetime import date

import pytest

from mailhub import reading
from mailhub.addresses import Purpose, Token, Tokens
from mailhub.compose import own, private
from mailhub.site import Site

SITE = Site("lists.example.org", "https://hub.example.org", Tokens(b"a secret of the tests"))
NOTICE = SITE.tokens.word(Token(Purpose.NOTICE, 0, 7, date(2026, 12, 1)))
REPLY = SITE.tokens.word(Token(Purpose.REPLY, 9))
LINK = SITE.unsubscribe("policy", 3, 7)[0]


def told(header: str) -> str:
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
    ],
)
def test_what_acts_goes(came: str, goes_on: str) -> None:
    assert told(came) == goes_on


@pytest.mark.parametrize(
    "header",
    [
        f"To: policy+{REPLY}@lists.example.org\nIn-Reply-To: <{REPLY}.ab@lists.example.org>",
        f"To: policy+{NOTICE[:-1]}@lists.example.org",  # not whole: no token
        "To:  policy@lists.example.org ,a@x.example\nReferences: <n-abcdefghijklmnopqrst@x.example>",
    ],
)
def test_all_else_stays_as_it_was(header: str) -> None:
    assert told(header) == header
    assert (
        private.mail(header.encode() + b"\n\nWords.\n", SITE) == header.encode() + b"\n\nWords.\n"
    )


def test_nor_do_they_go_to_those_who_look_after_a_community() -> None:
    raw = f"From: a@x.example\r\nIn-Reply-To: <{NOTICE}.ab@lists.example.org>\r\n\r\nWords.\r\n"
    letter = reading.read(raw.encode())
    passed_on = own.passed_on(raw.encode(), letter, SITE, "policy+owner@lists.example.org")
    assert NOTICE.encode() not in passed_on
