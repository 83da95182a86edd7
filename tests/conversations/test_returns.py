"""What comes back: an address that dies is probed and paused, and gets mail again when its owner
writes; nobody is scored for what anyone could have written, for a domain's trouble, for a policy."""

from __future__ import annotations

import pytest

from mailhub.courier import Refused, Sent
from tests.conversations import returning as _returning
from tests.conversations.people import Person, RunningHub
from tests.conversations.returning import (
    DAY,
    FULL,
    NO_SUCH_USER,
    SPAM,
    comes_back,
    is_paused,
    kept,
    last_copy,
    pass_time,
)

facilitator = _returning.facilitator


def post_and_return(
    hub: RunningHub, author: Person, address: str, days: int, words: str = NO_SUCH_USER
) -> None:
    """A post a day, of which the copy to `address` comes back."""
    for day in range(days):
        author.writes("policy@lists.example.org", f"Indicator {day}", "What do you count?")
        comes_back(hub, last_copy(hub, address), words)
        pass_time(hub, DAY)


def test_a_dying_address_is_probed_then_paused_and_back_when_its_owner_writes(
    hub: RunningHub, facilitator: Person, jane: Person, tom: Person
) -> None:
    # Tom's mailbox is gone. After three days of it he is asked, once.
    post_and_return(hub, jane, tom.address, 3)
    probe = last_copy(hub, tom.address)
    assert str(probe.mail["Subject"]) == "Does mail still reach you at tom@cardiff.example?"
    assert not is_paused(hub, tom.address)
    facilitator.receives_nothing()

    # That comes back as well: no more is sent, and the facilitators hear of it, once.
    comes_back(hub, probe)
    assert is_paused(hub, tom.address)
    pass_time(hub, DAY)
    told = facilitator.receives("1 address that mail does not reach")
    assert "Tom Price <tom@cardiff.example>" in told.get_content()
    pass_time(hub, DAY)
    facilitator.receives_nothing()
    before = len(tom.mailbox())
    jane.writes("policy@lists.example.org", "While Tom is away", "Nothing for him.")
    assert len(tom.mailbox()) == before

    # Anybody may write in his name, so he is asked, once a day. He answers, and all is as it was.
    for subject in ("I am back", "I really am"):
        tom.writes("policy@lists.example.org", subject, "Our mail had moved.")
        hub.settle()
        assert is_paused(hub, tom.address)
    assert len(tom.mailbox()) == before + 1
    question = last_copy(hub, tom.address)
    assert "reach you at tom@cardiff.example again?" in str(question.mail["Subject"])
    assert question.sender == ""
    tom.replies(question.mail, "It does.")
    assert "again" in str(last_copy(hub, tom.address).mail["Subject"])
    assert not is_paused(hub, tom.address)
    jane.writes("policy@lists.example.org", "Welcome back", "Good.")
    assert str(last_copy(hub, tom.address).mail["Subject"]) == "Welcome back"


def test_any_answer_to_what_only_they_were_sent_is_enough(
    hub: RunningHub, facilitator: Person, jane: Person, tom: Person
) -> None:
    post_and_return(hub, jane, tom.address, 3)
    probe = last_copy(hub, tom.address)
    comes_back(hub, probe)
    assert is_paused(hub, tom.address)
    tom.replies(probe.mail, "Our mail had moved.", to="policy@lists.example.org")
    assert "You get mail" in str(last_copy(hub, tom.address).mail["Subject"])
    assert not is_paused(hub, tom.address)


def test_an_answer_to_the_probe_is_enough(
    hub: RunningHub, facilitator: Person, jane: Person, tom: Person
) -> None:
    post_and_return(hub, jane, tom.address, 3)
    probe = last_copy(hub, tom.address)
    tom.replies(probe.mail, "yes, it does")
    assert hub.outcomes()[-1] == "alive"
    comes_back(hub, probe)  # late, and no matter any more
    assert not is_paused(hub, tom.address)


def test_who_got_the_probe_is_forgiven(hub: RunningHub, jane: Person, tom: Person) -> None:
    post_and_return(hub, jane, tom.address, 3)
    pass_time(hub, 8 * DAY)
    assert {returned.excuse for returned in kept(hub)} == {"arrived"}
    post_and_return(hub, jane, tom.address, 1)
    assert "still reach you" not in str(last_copy(hub, tom.address).mail["Subject"])


def test_a_full_mailbox_is_given_eleven_days(hub: RunningHub, jane: Person, tom: Person) -> None:
    post_and_return(hub, jane, tom.address, 10, FULL)
    assert "Indicator" in str(last_copy(hub, tom.address).mail["Subject"])
    post_and_return(hub, jane, tom.address, 1, FULL)
    assert "still reach you" in str(last_copy(hub, tom.address).mail["Subject"])


def test_without_a_token_of_ours_a_return_is_counted_and_changes_nothing(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    copy = last_copy(hub, tom.address)
    # Somebody who has never had this copy forges its return.
    raw = (
        "From: MAILER-DAEMON@mx.example\nTo: policy@lists.example.org\nSubject: failure notice\n\n"
        f"<{copy.recipient}>:\n{NO_SUCH_USER}\n"
    )
    for _ in range(5):
        hub.send(raw.encode(), "", "policy@lists.example.org")
        hub.settle()
        pass_time(hub, DAY)
    assert [(one.address, one.excuse, one.weight) for one in kept(hub)] == [
        (tom.address, "unproven", 0)
    ] * 5
    altered = copy.sender.replace("+b-", "+b-a")
    with pytest.raises(Exception, match="550"):
        hub.send(raw.encode(), "", altered)


def test_the_token_tells_who_is_meant_whoever_the_notice_names(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    # Tom's mail is forwarded, and the server behind says who failed there.
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    comes_back(hub, last_copy(hub, tom.address), named="thomas.price@gmail.example")
    # A server that ignores the return path: what it brings back has the token in it.
    pass_time(hub, DAY)
    jane.writes("policy@lists.example.org", "Indicator 7", "What do you count?")
    comes_back(hub, last_copy(hub, tom.address), to="policy@lists.example.org")
    first, second = kept(hub)
    assert (first.address, first.named) == (tom.address, "thomas.price@gmail.example")
    assert (second.address, second.weight, second.status) == (tom.address, 1.0, "5.1.1")


def test_one_copy_counts_once_and_one_day_counts_once(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    copy = last_copy(hub, tom.address)
    comes_back(hub, copy, "451 4.4.1 Connection timed out", action="delayed")
    comes_back(hub, copy)
    comes_back(hub, copy)
    jane.writes("policy@lists.example.org", "Indicator 7", "What do you count?")
    comes_back(hub, last_copy(hub, tom.address))
    excuses = [(one.excuse, one.weight) for one in kept(hub)]
    assert excuses == [("delayed", 0), ("", 1), ("again", 0), ("same-day", 0)]


def test_a_policy_scores_nobody(hub: RunningHub, jane: Person, tom: Person) -> None:
    post_and_return(hub, jane, tom.address, 4, SPAM)
    assert {(one.excuse, one.weight) for one in kept(hub)} == {("policy", 0)}


def test_a_whole_domains_trouble_scores_nobody_for_a_fortnight(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    for name in ("ada", "ben", "cy"):
        hub.member("policy", name, f"{name}@cardiff.example")
    for day in range(16):
        jane.writes("policy@lists.example.org", f"Indicator {day}", "What do you count?")
        hub.settle()
        for name in ("ada", "ben", "cy"):
            comes_back(hub, last_copy(hub, f"{name}@cardiff.example"))
        if day < 14:
            assert {one.weight for one in kept(hub)} == {0}, day
        pass_time(hub, DAY)
    assert {one.weight for one in kept(hub)} == {0, 1}


def test_what_the_relay_refuses_counts_too(hub: RunningHub, jane: Person, tom: Person) -> None:
    hub.courier._answer = lambda copy: (
        Refused("550 5.1.1 No such user") if copy.recipient == tom.address else Sent("250 ok")
    )
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    hub.settle()
    pass_time(hub, DAY)
    (returned,) = kept(hub)
    assert (returned.address, returned.kind, returned.weight) == (tom.address, "hard", 1.0)
    pass_time(hub, DAY)
    assert len(kept(hub)) == 1
