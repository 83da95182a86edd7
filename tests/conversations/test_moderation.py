"""Those who look after a community decide on held mail by replying."""

from __future__ import annotations

from datetime import timedelta

from mailhub.app.hub import clock
from mailhub.process import moderating
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import state, trail, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue


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
    assert "is with its members now" in words(sue.receives("Your mail to Policy is posted"))
    sue.receives_nothing()
    assert trail(hub) == ["decided", "late"]


def test_a_reason_reaches_the_author(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Buy now", "Cheap desks.")
    sue.receives("waits")
    fay.replies(fay.receives("Held: Buy now"), "Reject: council officers only")
    fay.receives("Re: Held")
    assert "council officers only" in words(sue.receives("was not posted"))
    jane.receives_nothing()
    assert state(hub) == "rejected"


def test_without_proof_it_is_asked_about_once(
    hub: RunningHub, policy: str, jane: Person, sue: Person
) -> None:
    gil = hub.member("policy", "Gil Orr", "gil@nowhere.example", role="facilitator")
    sue.writes(policy, "Bins", "When?")
    gil.replies(gil.receives("Held: Bins"), "ok")
    asked = gil.receives("shall we do this?")
    assert 'Post "Bins" from Sue Hill <sue@elsewhere.example>' in words(asked)
    assert state(hub) == "waiting"
    gil.replies(asked, "yes")
    assert '"Bins" is approved.' in words(gil.receives("Re: Held: Bins"))
    jane.receives("Bins")
    assert trail(hub) == ["asked", "decided"]


def test_spam_is_never_posted_and_its_author_hears_nothing(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Pills", "Cheap.")
    sue.receives("waits")
    fay.replies(fay.receives("Held: Pills"), "spam")
    fay.receives("Re: Held")
    assert state(hub) == "discarded"
    sue.receives_nothing()
    jane.receives_nothing()


def test_a_mail_goes_out_under_a_better_subject(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "hello", "How do you count potholes?")
    fay.replies(fay.receives("Held: hello"), "subject: Counting potholes")
    post = jane.receives("Counting potholes")
    assert post["Subject"] == "Counting potholes"
    assert "potholes?" in words(post.get_body(("plain",)))


def test_a_mail_is_sent_on_to_a_person_or_to_another_community(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    hub.community("waste", "Waste", strangers="accept")
    bob = hub.member("waste", "Bob", "bob@hull.example")
    tim = hub.person("Tim", "tim@hull.example")
    sue.writes(policy, "Bins", "When?")
    fay.replies(fay.receives("Held: Bins"), "forward to waste please")
    bob.receives("Bins")
    fay.receives("Re: Held")
    sue.writes(policy, "A job", "To let.")
    fay.replies(fay.receives("Held: A job"), "forward to tim@hull.example")
    passed = tim.receives("A job")
    assert passed["Reply-To"] == "Sue Hill <sue@elsewhere.example>"
    jane.receives_nothing()
    assert (state(hub, 1), state(hub, 2)) == ("forwarded", "forwarded")


def test_the_author_takes_it_back(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    waits = sue.receives("waits")
    sue.replies(waits, "what is this?")
    assert "To take it back, reply: withdraw" in words(sue.receives("waits"))
    sue.replies(waits, "withdraw please")
    assert "is taken back" in words(sue.receives("waits"))
    assert "was taken back by its author" in words(fay.receives("Re: Held: Bins"))
    fay.replies(notice, "ok")
    assert "had been taken back by its author" in words(fay.receives("Re: Held: Bins"))
    jane.receives_nothing()


def test_a_decision_is_undone_in_time(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    hub.settings("policy", undo_window="120")
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    theirs = ned.receives("Held: Bins")
    fay.replies(notice, "ok")
    receipt = fay.receives("Re: Held: Bins")
    assert "To undo this within 2 minutes, reply: undo" in words(receipt)
    ned.receives("Re: Held: Bins")
    # Nobody else can.
    ned.replies(theirs, "undo")
    assert "To undo this" not in words(ned.receives("Re: Held: Bins"))
    jane.receives_nothing()
    fay.replies(receipt, "undo")
    assert '"Bins" waits again' in words(fay.receives("Re: Held: Bins"))
    assert '"Bins" waits again' in words(ned.receives("Re: Held: Bins"))
    assert state(hub) == "waiting"
    assert moderating.act(hub.hub.tools, clock() + timedelta(minutes=3)).inbound == []
    ned.replies(theirs, "reject: off topic")
    ned.receives("Re: Held")
    assert trail(hub) == ["decided", "undo-late", "undone", "decided"]
    # Later it is said what can still be done.
    hub.settings("policy", undo_window="0")
    sue.writes(policy, "Skips", "When?")
    fay.receives("Re: Held: Bins")
    notice = fay.receives("Held: Skips")
    fay.replies(notice, "ok")
    jane.receives("Skips")
    fay.mailbox()
    fay._seen = len(fay.mailbox())
    fay.replies(notice, "undo")
    assert "What can still be done" in words(fay.receives("Re: Held: Skips"))
