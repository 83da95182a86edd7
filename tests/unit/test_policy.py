"""The rules, from top to bottom: why a mail is held or refused, and that nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailhub import policy, reading
from mailhub.addresses import Tokens
from mailhub.models import Community, Membership, Person
from mailhub.policy import Action, Case, Verdict
from mailhub.site import Site

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
RAW = (
    b"From: Jane Doe <jane@leeds.example>\r\nTo: policy@lists.example.org\r\n"
    b"Subject: Bins\r\nMessage-ID: <1@leeds.example>\r\n\r\nWhen?\r\n"
)


def case(raw: bytes = RAW, *, member: bool = True, strangers: str = "hold") -> Case:
    community = Community(
        slug="policy", name="P", created_at=NOW, strangers=strangers, max_recipients=3
    )
    jane = Person(name="Jane Doe", created_at=NOW)
    return Case(
        letter=reading.read(raw),
        community=community,
        author=jane if member else None,
        membership=Membership(since=NOW) if member else None,
        site=Site("lists.example.org", "https://hub.example.org", Tokens(b"x")),
    )


def held(reason: str) -> Verdict:
    return Verdict(Action.HOLD, reason)


def test_a_members_mail_is_accepted() -> None:
    assert policy.decide(case()) == Verdict(Action.ACCEPT)


@pytest.mark.parametrize(
    ("strangers", "verdict"),
    [
        ("hold", held("stranger")),
        ("accept", Verdict(Action.ACCEPT)),
        ("refuse", Verdict(Action.REFUSE, "stranger")),
    ],
)
def test_a_strangers_mail_fares_as_the_community_wants(strangers: str, verdict: Verdict) -> None:
    assert policy.decide(case(member=False, strangers=strangers)) == verdict


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"From: Tom <tom@x.example>\r\n", "unclear-author"),
        (b"List-Id: <other.lists.example.com>\r\n", "from-a-list"),
        (b"Cc: a@x.example, b@x.example, c@x.example\r\n", "many-recipients"),
        (b"X-Long: " + b"x" * 70_000 + b"\r\n", "unreadable"),
    ],
)
def test_why_a_members_mail_is_held(line: bytes, reason: str) -> None:
    assert policy.decide(case(line + RAW)) == held(reason)


def test_nobody_writes_from_an_address_of_the_hub() -> None:
    raw = RAW.replace(b"jane@leeds.example>", b"policy@Lists.Example.Org>")
    assert policy.decide(case(raw)) == held("own-address")


def test_a_mail_without_an_author_is_held() -> None:
    raw = RAW.replace(b"From: Jane Doe <jane@leeds.example>\r\n", b"")
    assert policy.decide(case(raw)) == held("unclear-author")


def test_what_the_library_suspects_is_held() -> None:
    assert policy.decide(replace(case(), suspicions=("executable",))) == held("suspicious-file")


def test_the_first_rule_decides() -> None:
    raw = b"List-Id: <other.lists.example.com>\r\n" + RAW
    assert policy.decide(case(raw, member=False)) == held("from-a-list")
