"""Those who look after a community do it by mail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.app.hub import clock
from mailhub.models import Address
from mailhub.process import ending
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
    # She is told, once, and whom to ask.
    told = jane.receives("You are no longer a member of Policy").get_content()
    assert "Fay Reid has taken you off" in told
    assert "policy+facilitators@" in told
    tom.writes(policy, "Bins", "When?")
    fay.receives("Bins")
    jane.receives_nothing()
    assert "jane@leeds.example is a member of Policy and Performance again" in asks(fay, "undo")
    jane.receives("You are a member of Policy and Performance again")
    assert "no longer a member" in asks(fay, "remove jane@leeds.example")
    asks(fay, "undo")
    jane.receives_nothing()
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
    name_another = "Name another first: make jane@council.example organiser"
    assert name_another in asks(fay, "I am a reader")
    assert name_another in asks(fay, "make fay@bath.example expert")
    ned = hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    assert "Your role in Policy and Performance is now: reader" in asks(fay, "I am a reader")

    # There is an organiser as long as there are members; facilitators are not enough.
    asks(ned, "make fay@bath.example facilitator")
    fay.receives("Your role in")
    assert name_another in asks(ned, "make ned@hull.example facilitator")
    ned.writes(f"policy+leave@{D}")
    ned.replies(ned.receives("shall we do this?"), "yes")
    told = " ".join(str(ned.receives("nothing to change").get_content()).split())
    assert "You are still a member of Policy and Performance" in told
    assert "make jane@council.example organiser" in told
    asks(ned, "make fay@bath.example organiser")
    fay.receives("Your role in")
    ned.writes(f"policy+leave@{D}")
    ned.replies(ned.receives("shall we do this?"), "yes")
    assert "You have left" in ned.receives("done").get_content()


def test_who_the_organisers_are_is_said_by_organisers(
    hub: RunningHub, policy: str, fay: Person, jane: Person
) -> None:
    only_they = "who the organisers of Policy and Performance are, only they themselves decide"
    ned = hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    for grab in ("make fay@bath.example organiser", "make ned@hull.example reader"):
        assert only_they in asks(fay, grab)
    assert only_they in asks(fay, "remove ned@hull.example")
    ned.receives_nothing()

    # A steward of the platform may, though she is no member.
    hub.community("housing", "Housing")
    stella = hub.member("housing", "Stella Ward", "steward@hub.example")
    assert "is now: organiser" in asks(stella, "make jane@leeds.example organiser")
    jane.receives("Your role in")

    # Where no mail reaches any organiser, whoever looks after the community finds another.
    with hub.hub.database.writing() as session:
        for address in session.scalars(select(Address)):
            if address.address in (ned.address, jane.address):
                address.paused_at = clock()
    hub.member("policy", "Tim Oak", "tim@hull.example")
    told = asks(fay, "make tim@hull.example organiser")
    assert "is now: organiser" in told
    assert "To undo this" not in told  # that is his to decide from now on


def test_who_leaves_everything_stays_where_nobody_else_looks_after_it(
    hub: RunningHub, policy: str, fay: Person
) -> None:
    hub.community("housing", "Housing")
    hub.member("housing", "Fay Reid", fay.address)
    fay.writes(f"hub@{D}", "", "leave all my communities")
    fay.replies(fay.receives("shall we do this?"), "yes")
    told = " ".join(str(fay.receives("done").get_content()).split())
    assert "You have left Housing. You are still a member of Policy and Performance" in told


def test_who_would_rather_not_is_not_invited_again_at_once(
    hub: RunningHub, policy: str, fay: Person
) -> None:
    sue = hub.person("Sue Hill", "sue@york.example")
    assert "has been invited" in asks(fay, "invite sue@york.example")
    sue.replies(sue.receives("Join Policy"), "no thanks")
    sue.receives("Re: ")
    told = asks(fay, "invite sue@york.example")
    assert "was asked before and would rather not. They can be invited again from" in told
    sue.receives_nothing()
    # She may still come by herself.
    sue.writes(f"policy+join@{D}")
    sue.receives("Join Policy and Performance?")


def test_an_experts_role_ends_on_its_day(
    hub: RunningHub, policy: str, fay: Person, jane: Person
) -> None:
    last_day = clock().date() + timedelta(days=40)
    said = f"{last_day:%-d %B %Y}"
    told = asks(fay, f"make jane@leeds.example expert until {last_day:%-d %B}")
    assert (
        f"The role of jane@leeds.example in Policy and Performance is now: expert, until {said}"
        in told
    )
    assert f"expert, until {said}" in jane.receives("Your role in").get_content()

    def comes(its_last_day: date) -> None:
        with hub.hub.database.writing() as session:
            community = membership.known_community(session, "policy")
            member = membership.known_membership(session, community, jane.address)
            member.role_until = its_last_day if member.role == "expert" else None
        ending.roles(hub.hub.tools, None, clock())

    comes(clock().date())
    assert "Role: expert until" in asks(jane, "own posts on")
    comes(clock().date() - timedelta(days=1))
    over = jane.receives("Your time as expert of Policy and Performance is over")
    assert "You are a contributor now" in over.get_content()
    notice = fay.receives("jane@leeds.example is no longer expert")
    assert "make jane@leeds.example expert until" in notice.get_content()
    assert "Role: contributor" in asks(jane, "own posts off")
    comes(clock().date() - timedelta(days=2))
    jane.receives_nothing()
    fay.receives_nothing()
