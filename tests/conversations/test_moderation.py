"""Those who look after a community decide on held mail by replying."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.addresses import Purpose, Token
from mailhub.app.hub import clock
from mailhub.process import moderating
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, hours_pass, shown, state, trail, words
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
    assert 'approve: "Bins" from Sue Hill <sue@elsewhere.example>' in words(asked)
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


def test_who_is_trusted_is_held_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "One", "First.")
    fay.replies(fay.receives("Held: One"), "trust")
    jane.receives("One")
    sue.writes(policy, "Two", "Second.")
    jane.receives("Two")


def test_trust_is_taken_back_by_mail(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "One", "First.")
    fay.replies(fay.receives("Held: One"), "trust")
    jane.receives("One")
    later = words(fay.receives("Re: Held: One"))
    assert f"write to policy+settings@{D}: stop trusting sue@elsewhere.example" in later
    fay.receives("One")
    fay.writes(f"policy+settings@{D}", "", "stop trusting sue@elsewhere.example")
    assert "like anybody else" in words(fay.receives("done"))
    sue.writes(policy, "Two", "Second.")
    fay.receives("Held: Two")
    jane.receives_nothing()


def test_a_moderated_member_who_is_trusted_is_moderated_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person
) -> None:
    fay.writes(f"policy+settings@{D}", "", "moderate jane@leeds.example")
    fay.receives("done")
    jane.writes(policy, "One", "First.")
    fay.replies(fay.receives("Held: One"), "trust")
    fay.receives("Re: Held: One")
    fay.receives("One")
    jane.writes(policy, "Two", "Second.")
    fay.receives("Two")


def test_of_every_held_mail_a_facilitator_is_told_however_many_come(
    hub: RunningHub, policy: str, fay: Person, ned: Person, sue: Person
) -> None:
    for number in range(12):
        sue.writes(policy, f"Mail {number}.", f"Words of {number}.")
        hub.settle()
    for number in range(12):
        notice = fay.receives(f"Held: Mail {number}.")
        ned.receives(f"Held: Mail {number}.")
        fay.replies(notice, "spam")
        hub.settle()
    for number in range(12):
        fay.receives(f"Re: Held: Mail {number}.")
        assert "discarded" in words(ned.receives(f"Re: Held: Mail {number}."))


def test_who_is_banned_is_taken_from_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "One", "First.")
    fay.replies(fay.receives("Held: One"), "ban")
    assert "unban sue@elsewhere.example" in words(fay.receives("Re: Held"))
    assert state(hub) == "discarded"
    sue.writes(policy, "Two", "Second.")
    fay.receives_nothing()
    assert hub.outcomes()[-1] == "refused: banned"
    fay.writes(f"policy+settings@{D}", "", "unban sue@elsewhere.example")
    fay.receives("done")
    sue.writes(policy, "Three", "Third.")
    fay.receives("Held: Three")


def test_hold_on_leaves_it_waiting_until_tomorrow(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "One", "First.")
    notice = fay.receives("Held: One")
    hours_pass(hub, 20)
    fay.replies(notice, "Hold on, I want to ask her first.")
    assert "goes on waiting. You are reminded tomorrow" in words(fay.receives("Re: Held"))
    hours_pass(hub, 20)
    ned.receives("Held: One")
    ned.receives_nothing()
    fay.receives_nothing()
    hours_pass(hub, 5)
    fay.replies(fay.receives("One"), "ok")
    jane.receives("One")


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
    fay.replies(fay.receives("Held: Bins"), f"forward to waste@{D}")
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


def test_two_must_approve_where_the_community_wants_two(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    hub.settings("policy", approvals="2")
    sue.writes(policy, "Bins", "When?")
    mine, theirs = fay.receives("Held"), ned.receives("Held")
    assert "2 of you must approve it" in words(mine)
    fay.replies(mine, "ok")
    assert "your approval counts. 2 are needed" in words(fay.receives("Re: Held"))
    assert "Fay Reid approves" in words(ned.receives("Re: Held"))
    fay.replies(mine, "yes, approve")
    fay.receives("Re: Held")
    assert state(hub) == "waiting"
    ned.replies(theirs, "approve")
    jane.receives("Bins")


def test_it_goes_up_while_nobody_decides(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    ora = hub.member("policy", "Ora Bell", "ora@hull.example", role="organiser")
    steward = hub.person("Steward", "steward@york.example")
    sue.writes(policy, "Bins", "When?")
    fay.receives("Held: Bins")
    ora.receives_nothing()
    hours_pass(hub, 23)
    fay.receives_nothing()
    hours_pass(hub, 2)
    assert "This has waited since" in words(fay.receives("Held: Bins"))
    ora.receives_nothing()
    hours_pass(hub, 24)
    ora.receives("Held: Bins")
    steward.receives_nothing()
    hours_pass(hub, 24)
    notice = steward.receives("Held: Bins")
    assert "| When?" in words(notice)
    hours_pass(hub, 24)
    steward.receives("Held: Bins")
    assert state(hub) == "waiting"
    steward.replies(notice, "ok")
    jane.receives("Bins")
    steward.receives("Re: Held: Bins")
    assert "Decided by steward@york.example" in words(ora.receives("Re: Held: Bins"))


def test_several_are_decided_in_one_reply(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    for number in range(1, 7):
        sue.writes(policy, f"Mail {number}", f"Words {number}.")
        hub.settle()
        fay.receives(f"Held: Mail {number}")
    hours_pass(hub, 25)
    notice = fay.receives("6 mails wait for you in Policy")
    assert "3. Mail 3 Sue Hill <sue@elsewhere.example>" in words(notice)
    fay.replies(notice, "1 ok, 2 reject off topic, 3-4 spam")
    said = words(fay.receives("Re: 4 held mails"))
    assert '"Mail 1" is approved.' in said
    assert '"Mail 2" is rejected: off topic.' in said
    jane.receives("Mail 1")
    fay.receives("Mail 1")
    assert [state(hub, n) for n in range(1, 7)] == [
        "approved", "rejected", "discarded", "discarded", "waiting", "waiting"
    ]  # fmt: skip
    fay.replies(notice, "rest ok")
    jane.receives("Mail 5")
    jane.receives("Mail 6")
    assert [one["came_to"] for one in shown(hub, 3)["trail"]] == ["decided", "late"]


@pytest.mark.parametrize(
    "said",
    ["", "I am not sure we should approve this", "Don't approve this yet", "Is this ok?"],
)
def test_what_is_not_clear_decides_nothing(
    hub: RunningHub, policy: str, fay: Person, sue: Person, said: str
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    fay.replies(notice, said)
    if shown(hub)["trail"][-1]["came_to"] == "unclear":
        hint = fay.receives("Re: Held: Bins")
        assert "nothing is decided" in words(hint)
        assert len(str(hint.get_content()).strip().splitlines()) == 2
        fay.replies(notice, said)  # once a day
        fay.receives_nothing()
    assert state(hub) == "waiting"


def test_robots_decide_nothing_and_are_told_nothing(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    fay.replies(notice, "ok", Auto_Submitted="auto-replied")
    fay.replies(notice, "ok", sender="")
    to = str(notice["Reply-To"])
    fay.writes(to, "Automatic reply: Held: Bins", "Yes, I am out of the office until Monday.")
    fay.receives_nothing()
    assert (state(hub), trail(hub)) == ("waiting", [])


def test_a_forged_decision_fails(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice, theirs = fay.receives("Held"), ned.receives("Held")
    # From another address: a stranger's, a member's, another facilitator's.
    eve = hub.person("Eve", "eve@york.example")
    for person in (eve, jane, ned):
        person.replies(notice, "ok")
        person.receives("from your own address")
    assert trail(hub) == ["wrong-address"] * 3
    # Her address, but a mail that she did not send.
    gil = hub.member("policy", "Gil Orr", "gil@nowhere.example", role="facilitator")
    tokens = hub.hub.tools.site.tokens
    # An old token of hers: told how things stand.
    (number,) = (one.token.object for one in _destinations(hub, notice))
    with hub.hub.database.reading() as session:
        from mailhub.models import Notice

        person_id = session.get_one(Notice, number).person_id or 0
    old = Token(Purpose.HOLD, number, person_id, (clock() - timedelta(days=2)).date())
    fay.writes(tokens.address("policy", old, D), "Re: Held", "ok")
    assert "This is how things stand" in words(fay.receives("Re: Held"))
    # A token for one who is asked nothing.
    odd = Token(Purpose.HOLD, 9999, person_id)
    fay.writes(tokens.address("policy", odd, D), "Re: Held", "ok")
    fay.receives("too late")
    # One who looks after it no more.
    fay.writes(f"policy+settings@{D}", "", "make gil@nowhere.example facilitator")
    hub.settle()
    from mailhub import membership

    with hub.hub.database.writing() as session:
        member = membership.known_membership(
            session, membership.known_community(session, "policy"), "ned@hull.example"
        )
        membership.alter(session, member, "role", {"role": "reader"}, clock())
    ned.replies(theirs, "ok")
    ned.receives_nothing()  # he was told today
    assert trail(hub)[-2:] == ["expired", "not-facilitator"]
    assert state(hub) == "waiting"
    assert gil.mailbox() is not None
    # The same mail brought twice is acted on once.
    raw = (
        f"From: Fay Reid <fay@bath.example>\r\nTo: {notice['Reply-To']}\r\nSubject: Re: Held\r\n"
        f"Message-ID: <once@bath.example>\r\n\r\nreject no\r\n"
    ).encode()
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    for _ in range(2):
        hub.send(raw, "fay@bath.example", to)
    assert state(hub) == "rejected"
    assert trail(hub)[-1] == "decided"
    assert hub.outcomes().count("again") == 1


def _destinations(hub: RunningHub, notice: object) -> list[object]:
    from mailhub import addresses

    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")  # type: ignore[index]
    return list(addresses.destinations(to, D, hub.hub.tools.site.tokens))
