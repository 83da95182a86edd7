"""Why a mail is held or refused, as people meet it; what the rules ask of the database."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from mailhub import membership
from mailhub.app.hub import clock
from mailhub.models import Hold, Thread
from tests.conversations.people import Person, RunningHub
from tests.spooled import spooled

D = "lists.example.org"


def reasons(hub: RunningHub) -> list[str]:
    """Why what was held was held, in order."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return list(session.scalars(select(Hold.reason).order_by(Hold.id)))


def set_member(hub: RunningHub, address: str, **values: str) -> None:
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, address)
        for key, value in values.items():
            membership.alter(session, member, key, {key: value}, clock())


def test_a_members_first_posts_are_held_until_there_are_enough(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "Before", "Posted as before.")
    hub.settle()
    hub.settings("policy", first_posts="1")
    jane.writes(policy, "Indicator 6", "I have posted here.")
    tom.writes(policy, "Hello", "I am new.")
    assert sorted(hub.outcomes()) == ["held", "posted", "posted"]
    assert reasons(hub) == ["first-post"]


def test_a_reader_is_told_that_they_cannot_write_there(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    set_member(hub, "jane@leeds.example", posting="none")
    jane.writes(policy, "Bins", "When?")
    told = " ".join(jane.receives("was not posted").get_content().split())
    assert 'Your mail "Bins" to Policy and Performance was not posted' in told
    assert "you can read this community, but not write to it" in told
    assert f"policy+facilitators@{D}" in told
    assert hub.outcomes() == ["refused: read-only"]
    jane.writes(policy, "Bins again", "When?")  # told once a day
    jane.receives_nothing()
    tom.receives_nothing()


def test_a_moderated_members_mail_waits(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    set_member(hub, "jane@leeds.example", posting="moderated")
    jane.writes(policy, "Bins", "When?")
    assert (hub.outcomes(), reasons(hub)) == (["held"], ["moderated"])
    tom.receives_nothing()


@pytest.mark.parametrize("ways", ["refuse", "hold"])
def test_what_goes_on_with_a_closed_discussion_is_stopped(
    hub: RunningHub, policy: str, jane: Person, tom: Person, ways: str
) -> None:
    hub.settings("policy", closed_threads=ways, subject_window="0")
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    jane.writes(policy, "Bins", "When?")
    post = tom.receives("Bins")
    with hub.hub.database.writing() as session:
        session.scalars(select(Thread)).one().closed_at = clock()
    tom.replies(post, "On Tuesday.")
    tom.writes(policy, "Re: Bins", "On Wednesday.", References=str(post["Message-ID"]))
    hub.settle()
    fay.receives("Bins")
    fay.replies(post, "It is closed, see the minutes.")
    hub.settle()
    tom.writes(policy, "Other bins", "A new one.")
    if ways == "refuse":
        assert "the discussion is closed; to begin a new one" in " ".join(
            tom.receives("was not posted").get_content().split()
        )
    else:
        assert reasons(hub) == ["closed-thread", "closed-thread"]
    what = "refused: closed-thread" if ways == "refuse" else "held"
    assert hub.outcomes() == ["posted", what, what, "posted", "posted"]


def test_too_much_in_an_hour_waits(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    hub.settings("policy", posts_per_hour="2")
    for number in range(4):
        jane.writes(policy, f"Number {number}", f"One of many: {number}.")
    tom.writes(policy, "Mine", "Only one.")
    assert sorted(hub.outcomes()) == ["held", "held", "posted", "posted", "posted"]
    assert reasons(hub) == ["too-many-posts"] * 2


def test_a_large_mail_and_one_that_came_by_bcc_wait(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.settings("policy", max_kilobytes="4", implicit="hold")
    jane.writes(policy, "Large", "x" * 60 + ("\n" + "y" * 60) * 100)
    hidden = (
        b"From: Jane Doe <jane@leeds.example>\r\nTo: tom@cardiff.example\r\nSubject: Bcc\r\n"
        b"Message-ID: <bcc@leeds.example>\r\n\r\nPssst.\r\n"
    )
    hub.send(hidden, jane.address, policy)
    assert sorted(reasons(hub)) == ["implicit", "too-large"]


@pytest.mark.parametrize("first", ["policy", "jobs"])
def test_what_is_held_elsewhere_is_held_here_where_the_community_minds(
    hub: RunningHub, policy: str, jane: Person, first: str
) -> None:
    hub.community("jobs", "Jobs", max_recipients="2")
    hub.member("jobs", "Jane Doe", "jane@leeds.example")
    both = [policy, f"jobs@{D}"] if first == "policy" else [f"jobs@{D}", policy]
    jane.writes(", ".join(both), "To both", "First.", Cc="a@x.example")
    hub.settle()
    assert sorted(hub.outcomes()) == ["held", "posted"]
    hub.settings("policy", crossposts="hold")
    jane.writes(", ".join(both), "To both again", "Second.", Cc="a@x.example")
    assert sorted(hub.outcomes()) == ["held", "held", "held", "posted"]
    assert sorted(reasons(hub)) == ["held-elsewhere", "many-recipients", "many-recipients"]


def test_a_command_sent_to_everybody_by_mistake_waits(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    jane.writes(policy, "Settings", "pause until 12 December\nweekly please\n\nThanks, Jane")
    assert (hub.outcomes(), reasons(hub)) == (["held"], ["administrative"])
    hub.settings("policy", administrative="accept")
    jane.writes(policy, "Settings", "weekly please")
    assert hub.outcomes() == ["held", "posted"]


def test_the_rules_ask_nothing_of_the_database_for_each_mail(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    from mailhub.process import process

    asked: list[str] = []

    def costs(count: int) -> int:
        """Statements of one group of so many mails."""
        hub.settle()
        ids = []
        for number in range(count):
            raw = (
                b"From: jane@leeds.example\r\nTo: policy@lists.example.org\r\nSubject: %d of %d\r\n"
                b"Message-ID: <%d.%d@leeds.example>\r\n\r\nWords.\r\n"
                % (number, count, number, count)
            )
            ids.append(_kept(hub, raw))
        asked.clear()
        process(hub.hub.tools, ids, clock())
        return sum("thread.closed_at" in one or "count(" in one for one in asked)

    this = threading.get_ident()

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if threading.get_ident() == this:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        assert costs(1) == costs(10) == 1
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def _kept(hub: RunningHub, raw: bytes) -> int:
    to, later = "policy@lists.example.org", clock().replace(year=2040)
    with hub.hub.database.writing() as session:
        return spooled(session, raw, "jane@leeds.example", to, at=clock(), due_at=later)
