"""Those who look after a community decide on held mail by replying."""

from __future__ import annotations

from tests.conversations.moderating import *  # noqa: F403
from tests.conversations.moderating import state, trail, words
from tests.conversations.people import Person, RunningHub


def test_ok_lets_a_mail_through_once(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Indicator 6", "How do you count it?", attach={"count.csv": b"1,2\n"})
    waits = sue.receives("Your mail to Policy waits")
    assert "reply: withdraw" in words(waits)
    notice = fay.receives("Held: Indicator 6 (Sue Hill)")
    said = words(notice)
    assert "Sue Hill <sue@elsewhere.example> (not proven)" in said
    assert "| How do you count it?" in said
    assert "count.csv (4 bytes, application/octet-stream)" in said
    theirs = ned.receives("Held: Indicator 6")
    assert theirs["Reply-To"] != notice["Reply-To"]
    fay.replies(notice, "OK thanks\n\nFay")
    jane.receives("Indicator 6")
    assert '"Indicator 6" is approved.' in words(fay.receives("Re: Held: Indicator 6"))
    told = ned.receives("Re: Held: Indicator 6")
    assert told["In-Reply-To"] == theirs["Message-ID"]
    assert "Decided by Fay Reid on" in words(told)
    fay.receives("Indicator 6")
    # A late answer gets that and nothing else.
    ned.receives("Indicator 6")
    ned.replies(theirs, "spam")
    assert '"Indicator 6" had been approved, by Fay Reid' in words(ned.receives("Re: Held"))
    fay.receives_nothing()
    sue.receives_nothing()
    assert trail(hub) == ["decided", "late"]


def test_a_reason_reaches_the_author(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Buy now", "Cheap desks.")
    sue.receives("waits")
    fay.replies(fay.receives("Held: Buy now"), "Reject: council officers only")
    fay.receives("Re: Held")
    said = words(sue.receives("was not posted"))
    assert "council officers only" in said
    jane.receives_nothing()
    assert state(hub) == "rejected"


def test_without_proof_it_is_asked_about_once(
    hub: RunningHub, policy: str, jane: Person, sue: Person
) -> None:
    gil = hub.member("policy", "Gil Orr", "gil@nowhere.example", role="facilitator")
    sue.writes(policy, "Bins", "When?")
    gil.replies(gil.receives("Held: Bins"), "ok")
    asked = gil.receives("shall we do this?")
    assert 'approve: "Bins" from Sue Hill <sue@elsewhere.example>' in words(asked)
    assert state(hub) == "waiting"
    gil.replies(asked, "yes")
    assert '"Bins" is approved.' in words(gil.receives("Re: Held: Bins"))
    jane.receives("Bins")
    assert trail(hub) == ["asked", "decided"]
