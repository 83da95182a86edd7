"""Whose mail is proven is not asked twice; whose mail is forged is not answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailhub.membership.trail import told as trail
from mailhub.membership.trail import told_plainly
from tests.conversations.people import Person, RunningHub, running, settings_in
from tests.servers.dns import Zones

D = "lists.example.org"
SETTINGS = f"policy+settings@{D}"
PASS = "mx.hub.example; dmarc=pass header.from=leeds.example"
FAIL = "mx.hub.example; dmarc=fail (p=reject) header.from=leeds.example"


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
    """What Leeds publishes about mail in its name."""
    with Zones({"_dmarc.leeds.example": {"TXT": ["v=DMARC1; p=reject"]}}) as server:
        yield server


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path, zones: Zones) -> Iterator[RunningHub]:
    """A hub behind a server that checks who sends, and says so."""
    settings = settings_in(
        tmp_path,
        trusted_authserv="mx.hub.example",
        trusted_peers="127.0.0.1",
        dns=zones.address,
        **pair,
    )
    with running(settings) as started:
        yield started


def test_what_is_proven_is_done_at_once(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(SETTINGS, "", "weekly please", Authentication_Results=PASS)
    receipt = jane.receives("done")
    assert "once a week" in receipt.get_content()
    # Another domain's proof is none.
    tom.writes(SETTINGS, "", "weekly please", Authentication_Results=PASS)
    tom.receives("shall we do this?")
    # One click to leave, one to come back.
    jane.writes(policy, "unsubscribe", "unsubscribe", Authentication_Results=PASS)
    left = jane.receives("done")
    assert "You have left" in left.get_content()
    jane.replies(left, "undo", Authentication_Results=PASS)
    again = jane.receives("done")
    assert "Mail: weekly" in again.get_content()


def test_leaving_everything_is_asked_about_whoever_asks(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    jane.writes(f"hub@{D}", "", "unsubscribe", Authentication_Results=PASS)
    question = jane.receives("shall we do this?")
    assert "all your communities" in question.get_content()
    jane.replies(question, "yes")
    assert "You have left Policy and Performance." in jane.receives("done").get_content()


def test_nobody_is_answered_for_what_others_wrote_in_their_name(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    for to in (SETTINGS, f"policy+leave@{D}", f"policy+help@{D}", f"hub@{D}"):
        jane.writes(to, "", "leave", Authentication_Results=FAIL)
    jane.receives_nothing()
    assert set(hub.outcomes()) == {"not-answered"}


def test_an_answer_that_its_own_domain_disowns_counts_for_nothing(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(SETTINGS, "", "weekly")
    question = jane.receives("shall we do this?")
    jane.replies(question, "yes", Authentication_Results=FAIL)
    told = jane.receives("your answer was not counted")
    assert "leeds.example says that it did not send it" in " ".join(told.get_content().split())
    jane.replies(question, "yes", Authentication_Results=FAIL)
    jane.receives_nothing()  # that is said once a day
    # Not by whomever it names, if that is not whom we asked.
    tom.writes(SETTINGS, "", "weekly")
    theirs = tom.receives("shall we do this?")
    jane.replies(theirs, "yes", Authentication_Results=FAIL)
    jane.receives_nothing()
    tom.receives_nothing()
    with hub.hub.database.reading() as session:
        rows = told_plainly(session, trail(session))
    assert [(one["of"], one["what"]) for one in rows if one["of"] == "answer"] == [
        ("answer", "forged")
    ] * 3
    assert [one["by"] for one in rows if one["of"] == "answer"] == ["", "", ""]
    # As it was meant, from Leeds itself.
    jane.replies(question, "yes", Authentication_Results=PASS)
    assert "once a week" in jane.receives("done").get_content()


def test_nor_does_a_receipt_answered_so(hub: RunningHub, policy: str, jane: Person) -> None:
    jane.writes(SETTINGS, "", "weekly", Authentication_Results=PASS)
    receipt = jane.receives("done")
    jane.replies(receipt, "undo", Authentication_Results=FAIL)
    jane.receives("not counted")
    jane.replies(receipt, "unsubscribe", to=policy, Authentication_Results=FAIL)
    assert hub.outcomes()[-1] == "not-answered"
    jane.replies(receipt, "undo", Authentication_Results=PASS)
    assert "Mail: each" in jane.receives("done").get_content()


def test_who_is_proven_and_has_agreed_before_joins_at_once(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.community("housing", "Housing")
    jane.writes(f"housing+join@{D}", Authentication_Results=PASS)
    # She was added by others and has not agreed to the terms yet.
    jane.replies(jane.receives("Join Housing?"), "yes")
    jane.receives("Welcome to Housing")
    hub.community("parks", "Parks")
    jane.writes(f"parks+join@{D}", Authentication_Results=PASS)
    jane.receives("Welcome to Parks")
