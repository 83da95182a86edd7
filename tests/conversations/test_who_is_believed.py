"""Mail that is not from whom it says, over the whole hub and a real DNS server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailhub import holds
from mailhub.app import tracing
from mailhub.settings import Settings
from tests.conversations.deciding import decided
from tests.conversations.people import RunningHub, running
from tests.servers.dns import Zones
from tests.signing import Signer

LEEDS = Signer("leeds.gov.uk")
POLICY = "policy@lists.example.org"
ZONES = {
    "_dmarc.leeds.gov.uk": {"TXT": ["v=DMARC1; p=reject"]},
    "leeds.gov.uk": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},  # not from this machine
    "_dmarc.cardiff.gov.uk": {"TXT": ["v=DMARC1; p=quarantine"]},
    "cardiff.gov.uk": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"]},
} | LEEDS.zone


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
    with Zones(ZONES) as server:
        yield server


def settings(folder: Path, zones: Zones, pair: dict[str, Any], **more: Any) -> Settings:
    return Settings(
        data_dir=folder,
        domain="lists.example.org",
        smtp_listen="127.0.0.1:0",
        dns=zones.address,
        **pair,
        **more,
    )


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path, zones: Zones) -> Iterator[RunningHub]:
    """A hub with Jane of Leeds and Tom of Cardiff, whose councils publish what they want."""
    with running(settings(tmp_path, zones, pair)) as started:
        founded(started)
        yield started


def founded(hub: RunningHub, **settings: str) -> None:
    hub.community("policy", "Policy", **settings)
    hub.member("policy", "Jane Doe", "jane@leeds.gov.uk")
    hub.member("policy", "Tom Price", "tom@cardiff.gov.uk")
    hub.member("policy", "Ann Other", "ann@nowhere.gov.uk")


def mail(
    author: str, subject: str, above: str = "", text: str = "We share a service.", to: str = POLICY
) -> bytes:
    return (
        f"{above}From: {author}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '-')}@x.example>\r\n\r\n{text}\r\n"
    ).encode()


def comes(hub: RunningHub, raw: bytes, sender: str, to: str) -> None:
    """A mail is sent, and done with before the next."""
    hub.send(raw, sender, to)
    hub.settle()


def reasons(hub: RunningHub) -> list[str]:
    """Why each held mail is held."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return [held["reason"] for held in holds.waiting(session)]


def believed(hub: RunningHub, subject: str) -> str:
    """What the trail of a mail says of its sender."""
    with hub.hub.database.reading() as session:
        lines = tracing.told(session, f"{subject.replace(' ', '-')}@x.example")
    return next(line["detail"] for line in lines if line["what"] == "believed")


def test_a_forged_mail_is_held_and_a_genuine_one_is_not(hub: RunningHub) -> None:
    jane = "Jane Doe <jane@leeds.gov.uk>"
    comes(hub, mail(jane, "Forged"), "jane@leeds.gov.uk", POLICY)
    comes(hub, LEEDS.signed(mail(jane, "Signed")), "jane@leeds.gov.uk", POLICY)
    comes(hub, mail("tom@cardiff.gov.uk", "From their host"), "tom@cardiff.gov.uk", POLICY)
    comes(hub, mail("tom@cardiff.gov.uk", "From elsewhere"), "x@evil.gov.uk", POLICY)
    comes(hub, mail("ann@nowhere.gov.uk", "Who asks for nothing"), "x@evil.gov.uk", POLICY)
    assert hub.outcomes() == ["held", "posted", "posted", "held", "posted"]
    assert reasons(hub) == ["forged", "forged"]
    assert believed(hub, "Forged").startswith("failed author=leeds.gov.uk policy=reject spf=fail")
    assert believed(hub, "Signed").startswith("proven author=leeds.gov.uk")


def test_a_held_one_is_posted_when_a_person_says_so(hub: RunningHub) -> None:
    comes(hub, mail("Jane <jane@leeds.gov.uk>", "By a forwarder"), "x@forwarder.example", POLICY)
    assert hub.outcomes() == ["held"]
    with hub.hub.database.writing() as session:
        (held,) = holds.waiting(session)
        assert decided(session, held["id"], "approve") == "decided"
    assert hub.outcomes() == ["held", "posted"]
    assert believed(hub, "By a forwarder").startswith("failed")


def test_a_community_may_refuse_what_fails(
    pair: dict[str, Any], tmp_path: Path, zones: Zones
) -> None:
    with running(settings(tmp_path, zones, pair)) as hub:
        founded(hub, forged="refuse")
        comes(hub, mail("jane@leeds.gov.uk", "Forged"), "jane@leeds.gov.uk", POLICY)
        assert hub.outcomes() == ["refused: forged"]
        assert reasons(hub) == []


TRICKS = (
    "From: Jane Doe <jane@leeds.gov.uk>\r\nFrom: tom@cardiff.gov.uk\r\n",
    'From: "jane@leeds.gov.uk" <tom@cardiff.gov.uk>\r\n',
    "From: jane@leeds.gov.uk, tom@cardiff.gov.uk\r\n",
    "From: jane@leeds.gov.uk <tom@cardiff.gov.uk>\r\n",
    "From: Jane <jane@leeds.gov.uk> <tom@cardiff.gov.uk>\r\n",
    "From: (jane@leeds.gov.uk) tom@cardiff.gov.uk\r\n",
)


def test_an_author_with_two_readings_is_held(hub: RunningHub) -> None:
    for number, trick in enumerate(TRICKS):
        raw = f"{trick}To: {POLICY}\r\nSubject: {number}\r\n\r\nHello\r\n".encode()
        comes(hub, LEEDS.signed(raw), "tom@cardiff.gov.uk", POLICY)
    assert hub.outcomes() == ["held"] * len(TRICKS)
    assert set(reasons(hub)) == {"unclear-author"}


SAYS_SO = "Authentication-Results: mx.lists.example.org; dmarc=pass header.from=leeds.gov.uk\r\n"
TAKEN = "Received: from x (x [198.51.100.7]) by mx.lists.example.org; Mon, 2 Nov 2026 10:00:00 +0000\r\n"


def test_what_a_mail_says_of_itself_is_not_believed(hub: RunningHub) -> None:
    comes(hub, mail("jane@leeds.gov.uk", "Says so", TAKEN + SAYS_SO), "jane@leeds.gov.uk", POLICY)
    assert hub.outcomes() == ["held"]
    assert reasons(hub) == ["forged"]


def test_what_a_trusted_server_says_is(pair: dict[str, Any], tmp_path: Path, zones: Zones) -> None:
    trust = {"trusted_authserv": "mx.lists.example.org", "trusted_peers": "127.0.0.0/8, ::1"}
    with running(settings(tmp_path, zones, pair, **trust)) as hub:
        founded(hub)
        comes(hub, mail("jane@leeds.gov.uk", "Passed", TAKEN + SAYS_SO), "x@y.example", POLICY)
        failed = TAKEN + SAYS_SO.replace("pass", "fail")
        comes(hub, mail("jane@leeds.gov.uk", "Failed", failed), "x@y.example", POLICY)
        # A forger's own line, below what the server wrote.
        beneath = failed + TAKEN + SAYS_SO
        comes(hub, mail("jane@leeds.gov.uk", "Beneath", beneath), "x@y.example", POLICY)
        assert hub.outcomes() == ["posted", "held", "held"]
        assert "by mx.lists.example.org" in believed(hub, "Passed")
        tom = hub.person("Tom", "tom@cardiff.gov.uk")
        assert "Passed" in tom.receives("Passed")["Subject"]


def test_who_hands_over_by_lmtp_is_not_taken_for_the_sender(
    pair: dict[str, Any], tmp_path: Path, zones: Zones
) -> None:
    with running(settings(tmp_path, zones, pair, lmtp_listen="127.0.0.1:0")) as hub:
        founded(hub)
        address = hub.serving.lmtp_address
        assert address
        with smtplib.LMTP(*address) as client:
            for raw in (mail("jane@leeds.gov.uk", "Plain"), mail("jane@leeds.gov.uk", "Signed")):
                signed = LEEDS.signed(raw) if b"Signed" in raw else raw
                client.sendmail("jane@leeds.gov.uk", [POLICY], signed)
        assert hub.outcomes() == ["posted", "posted"]
        assert believed(hub, "Plain") == "unproven author=leeds.gov.uk policy=reject"
        assert believed(hub, "Signed").startswith("proven")


def test_who_is_proven_is_obeyed_and_who_is_not_is_asked(hub: RunningHub) -> None:
    leave = "policy+leave@lists.example.org"
    tom = hub.person("Tom Price", "tom@cardiff.gov.uk")
    tom.writes(leave)  # from Cardiff's host
    assert "You have left Policy" in tom.receives("done").get_content()

    ann = hub.person("Ann Other", "ann@nowhere.gov.uk")
    ann.writes(leave)  # where nothing is published, anybody could have written this
    ann.receives("shall we do this?")

    jane = hub.person("Jane Doe", "jane@leeds.gov.uk")
    jane.writes(leave)  # not from Leeds' host, and not signed: Leeds wants it stopped
    jane.receives_nothing()
    comes(hub, LEEDS.signed(mail("jane@leeds.gov.uk", "Signed", to=leave)), "x@y.example", leave)
    assert "You have left Policy" in jane.receives("done").get_content()


def test_a_forged_word_on_the_list_is_no_command(hub: RunningHub) -> None:
    comes(hub, mail("jane@leeds.gov.uk", "unsubscribe", text="unsubscribe"), "x@y.example", POLICY)
    assert hub.outcomes() == ["held"]
    assert reasons(hub) == ["forged"]
