"""Those who look after a community do it by mail."""

from __future__ import annotations

import pytest

from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
SETTINGS = f"policy+settings@{D}"


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay, who looks after Policy and Performance."""
    return hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")


def asks(person: Person, what: str) -> str:
    """Write a command, say yes to what comes, and give the receipt's words on one line."""
    person.writes(SETTINGS, "", what)
    person.replies(person.receives("shall we do this?"), "yes")
    return " ".join(str(person.receives("").get_content()).split())


def test_a_member_is_made_facilitator_and_told(
    hub: RunningHub, policy: str, fay: Person, jane: Person, tom: Person
) -> None:
    told = asks(fay, "make jane@leeds.example facilitator")
    assert "The role of jane@leeds.example in Policy and Performance is now: facilitator" in told
    assert "invite jane@council.example" in jane.receives("Your role in").get_content()
    tom.writes(f"policy+facilitators@{D}", "A word", "May I?")
    jane.receives("A word")
    fay.receives("A word")
    assert "There is no such member" in asks(fay, "make sue@york.example facilitator")
    assert "Only those who look after" in asks(tom, "make tom@cardiff.example organiser")


def test_a_member_is_taken_off_and_put_back(
    hub: RunningHub, policy: str, fay: Person, jane: Person, tom: Person
) -> None:
    assert "no longer a member" in asks(fay, "remove jane@leeds.example")
    tom.writes(policy, "Bins", "When?")
    fay.receives("Bins")
    jane.receives_nothing()
    assert "jane@leeds.example is a member of Policy and Performance again" in asks(fay, "undo")
    tom.writes(policy, "Bins again", "When?")
    jane.receives("Bins again")


def test_joining_and_the_words_of_welcome_are_set(
    hub: RunningHub, policy: str, fay: Person
) -> None:
    assert "Joining is now: approval" in asks(fay, "set joining approval")
    told = asks(fay, "Welcome:\n\nGood to have you with us.\n\nWe meet on the first Monday.")
    assert "welcomed with your words" in told
    sue = hub.person("Sue Hill", "sue@york.example")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy"), "yes")
    sue.receives("Your request")
    fay.replies(fay.receives("would like to join"), "yes")
    fay.replies(fay.receives("shall we do this?"), "yes")
    welcome = sue.receives("Welcome to Policy").get_content()
    assert "Good to have you with us." in welcome
    assert "We meet on the first Monday." in welcome


def test_the_last_who_looks_after_a_community_stays(
    hub: RunningHub, policy: str, fay: Person
) -> None:
    assert "somebody has to look after" in asks(fay, "I am a reader")
    assert "somebody has to look after" in asks(fay, "make fay@bath.example expert")
    hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    assert "Your role in Policy and Performance is now: reader" in asks(fay, "I am a reader")
