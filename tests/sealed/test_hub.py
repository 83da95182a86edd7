"""A hub that signs: every copy and every mail of its own, over both pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailhub.app.hub import dkim_key
from mailhub.courier import Features
from mailhub.settings import Settings
from tests.conversations.calendars import OUTLOOK, calendar_of, invites
from tests.conversations.people import RunningHub, running, settings_in
from tests.couriers import RememberingCourier
from tests.sealed.conftest import Ask, chain, dkimpy
from tests.servers.opendkim import OpenDkim


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Iterator[RunningHub]:
    settings = settings_in(tmp_path, dkim_selector="2026a", **pair)
    with running(settings) as started:
        started.community("policy", "Policy")
        yield started


def publishing(hub: RunningHub) -> Ask:
    """DNS with the hub's own record."""
    key = dkim_key(hub.hub.settings)
    assert key
    return lambda name, timeout=5: key.record.encode() if name.startswith(b"2026a.") else None


def test_every_copy_is_signed_and_sealed(hub: RunningHub, tmp_path: Path) -> None:
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
    members = [hub.member("policy", f"M{n}", f"m{n}@cardiff.example") for n in range(230)]
    jane.writes("policy@lists.example.org", "Bins", "When are they emptied?  \n\n.\n")
    hub.settle()
    ask = publishing(hub)
    copies = {copy.recipient: copy for copy in hub.courier.sent}
    assert copies.keys() == {member.address for member in members}
    leaving = set()
    for copy in copies.values():
        assert copy.raw.startswith(b"DKIM-Signature: ")
        leaving.add(copy.mail["List-Unsubscribe"])
    assert len(leaving) == len(members)
    key = dkim_key(hub.hub.settings)
    assert key
    opendkim = OpenDkim(tmp_path, {key.name: key.record})
    for copy in list(copies.values())[::46]:
        assert dkimpy(copy.raw, ask) == [True, True]
        assert chain(copy.raw, ask) == "pass"
        assert opendkim.results(copy.raw) == [("pass", "lists.example.org")] * 2
    listed = copies["m0@cardiff.example"].mail.get_all("DKIM-Signature")[0]
    assert "list-unsubscribe:list-unsubscribe-post" in "".join(listed.split())


def test_every_copy_of_an_invitation_is_signed(hub: RunningHub) -> None:
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
    members = [hub.member("policy", f"M{n}", f"m{n}@cardiff.example") for n in range(25)]
    invites(jane, OUTLOOK)
    hub.settle()
    ask = publishing(hub)
    copies = [copy for copy in hub.courier.sent if copy.recipient != jane.address]
    assert {copy.recipient for copy in copies} == {member.address for member in members}
    for copy in copies:
        assert dkimpy(copy.raw, ask) == [True]
        assert f"mailto:{copy.recipient}" in calendar_of(copy.mail)
    assert len({copy.mail["Reply-To"] for copy in copies}) == len(members)


def test_what_the_hub_writes_itself_is_signed(hub: RunningHub) -> None:
    tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
    fay = hub.member("policy", "Fay", "fay@hull.example", role="facilitator")
    ask = publishing(hub)
    tom.writes("policy+help@lists.example.org", "Help")
    tom.receives("How Policy works by mail")
    tom.writes("policy+facilitators@lists.example.org", "A question", "Tŷ £5 " + "x" * 3000)
    fay.receives("A question")
    for copy in hub.courier.sent:
        assert dkimpy(copy.raw, ask) == [True]
        assert b"ARC-Seal" not in copy.raw


def test_papers_in_a_mail_of_ours_are_under_its_signature(hub: RunningHub) -> None:
    tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
    content = bytes(range(256)) * 50
    tom.writes("policy+docs@lists.example.org", "Plan", attach={"plan.pdf": b"%PDF-" + content})
    tom.receives("Filed: plan.pdf")
    hub.settle()
    tom.writes("policy+settings@lists.example.org", "", "get doc 1")
    paper = tom.receives("Plan (doc 1)")
    assert next(paper.iter_attachments()).get_payload(decode=True) == b"%PDF-" + content
    assert dkimpy(hub.courier.to(tom.address)[-1].raw, publishing(hub)) == [True]


def test_what_an_old_relay_cannot_carry_is_encoded_before_it_is_signed(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        domain="lists.example.org",
        smtp_listen="127.0.0.1:0",
        stewards="steward@hub.example",
        dkim_selector="2026a",
    )
    with running(settings, RememberingCourier(features=Features())) as hub:
        hub.community("policy", "Policy")
        hub.member("policy", "Jane Doe", "jane@leeds.example")
        tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
        for to in ("policy@lists.example.org", "postmaster@lists.example.org"):
            raw = (
                f"From: Jane Doe <jane@leeds.example>\r\nTo: {to}\r\nSubject: Tŷ\r\n"
                f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nTŷ {'x' * 1500}\r\n"
            ).encode()
            hub.send(raw, "jane@leeds.example", to)
        hub.settle()
        assert {copy.recipient for copy in hub.courier.sent} == {tom.address, "steward@hub.example"}
        for copy in hub.courier.sent:
            assert copy.raw.isascii()
            assert max(map(len, copy.raw.split(b"\r\n"))) <= 998
            assert all(dkimpy(copy.raw, publishing(hub)))
            assert str(copy.mail.get_content()).startswith("Tŷ xxx")
