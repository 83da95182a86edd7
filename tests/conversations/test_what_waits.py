"""Mail that waits, and the many who look after it: all are told, two must approve, it goes up, several
are decided in one reply."""

from __future__ import annotations

from tests.conversations import moderating as _moderating
from tests.conversations.moderating import hours_pass, monday_comes, shown, state, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue


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
    assert "counts already. Somebody else's is needed" in words(fay.receives("Re: Held"))
    assert state(hub) == "waiting"
    # Who is reminded reads who has approved, and of whom one more is needed; the second word of one
    # person was told to nobody.
    sue.writes(policy, "Roads", "When?")
    for one in (fay, ned):
        one.receives("Held: Roads")
    hours_pass(hub, 25)
    for one in (fay, ned):
        reminder = words(one.receives("2 mails wait"))
        assert reminder.count("Approved by Fay Reid. One more is needed, of: Ned Ash") == 1
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
    # Where two must approve and one only looks after it, the organiser is told at once.
    hub.settings("policy", approvals="2")
    fay.receives("Re: Held: Bins")
    for one in (fay, ora):
        one.receives("Bins")
    sue.writes(policy, "Roads", "When?")
    for one in (fay, ora):
        one.receives("Held: Roads")


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
    monday_comes(hub)
    for subject in ("Re: 6 held mails", "Mail 5", "Mail 6"):
        fay.receives(subject)
    assert words(fay.receives("Held mail this week")) == (
        "Policy: 6 held in a week, 3 approved, 1 rejected, 2 discarded; half of them decided within"
        " 26 hours. Nothing waits."
    )
