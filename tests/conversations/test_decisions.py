"""Decisions on who joins and on what is founded, in a hub that knows whose mail is proven."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from mailhub import holds, membership
from mailhub.app.hub import clock
from mailhub.membership.trail import told, told_plainly
from mailhub.models import Notice
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, sue = _moderating.fay, _moderating.ned, _moderating.sue


@pytest.fixture
def steward(hub: RunningHub) -> Person:
    """The platform's steward, whose mail is proven."""
    return hub.person("Stella Ward", "steward@york.example")


def wants_to_join(hub: RunningHub, sue: Person) -> None:
    hub.settings("policy", joining="approval")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy?"), "yes")
    sue.receives("Your request to join")


def tried(hub: RunningHub) -> list[str]:
    """Why answers were not listened to, as the trail tells."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return [
            one["what"] for one in told_plainly(session, told(session)) if one["of"] == "answer"
        ]


def over(hub: RunningHub, mail: EmailMessage) -> str:
    """The address that a mail is answered to, as if it had been sent two months ago."""
    with hub.hub.database.reading() as session:
        row = session.scalars(select(Notice).order_by(Notice.id)).first()
        assert row is not None
        token = holds.token_of(row, clock() - timedelta(days=60))
    slug = str(mail["Reply-To"]).rpartition("<")[2].partition("+")[0]
    return hub.hub.tools.site.tokens.address(slug, token, D)


def test_who_is_proven_is_not_asked_twice(
    hub: RunningHub, fay: Person, ned: Person, sue: Person
) -> None:
    wants_to_join(hub, sue)
    request = fay.receives("sue@elsewhere.example would like to join")
    theirs = ned.receives("sue@elsewhere.example would like to join")
    assert request["Reply-To"] != theirs["Reply-To"]
    # Each has an address of their own, which is of no use to the other.
    ned.replies(request, "no")
    ned.receives("Please decide from your own address")
    fay.replies(request, "yes")
    sue.receives("Welcome to Policy")
    assert "Decided by Fay Reid" in words(fay.receives("would like to join"))
    assert "decided by Fay Reid" in words(ned.receives("would like to join"))
    assert tried(hub) == ["wrong-address"]


def test_an_answer_that_comes_too_late_is_given_another_address(
    hub: RunningHub, fay: Person, sue: Person
) -> None:
    wants_to_join(hub, sue)
    request = fay.receives("would like to join")
    fay.replies(request, "yes", to=over(hub, request))
    again = fay.receives("would like to join")
    assert "It waits still" in words(again)
    sue.receives_nothing()
    fay.replies(again, "yes")
    sue.receives("Welcome to Policy")
    assert tried(hub) == ["expired"]


def test_who_looks_after_it_no_more_decides_nothing(
    hub: RunningHub, fay: Person, ned: Person, sue: Person
) -> None:
    wants_to_join(hub, sue)
    request = fay.receives("would like to join")
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, fay.address)
        membership.alter(session, member, "role", {"role": "reader"}, clock())
    fay.replies(request, "yes")
    fay.receives("Please decide from your own address")
    sue.receives_nothing()
    assert tried(hub) == ["not-facilitator"]


def test_nor_does_a_yes_to_what_was_asked_while_they_did(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    gil = hub.member("policy", "Gil Orr", "gil@nowhere.example", role="facilitator")
    hub.member("policy", "Ned Ash", "ned@hull.example", role="facilitator")
    wants_to_join(hub, sue)
    gil.replies(gil.receives("would like to join"), "yes")
    question = gil.receives("shall we do this?")
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        membership.remove(session, community, gil.address, clock())
    gil.replies(question, "yes")
    gil.receives("Please decide from your own address")
    sue.receives_nothing()


def test_a_steward_founds_at_once(hub: RunningHub, steward: Person) -> None:
    mia = hub.person("Mia Moss", "mia@derby.example")
    mia.writes(f"hub@{D}", "", "new community")
    mia.replies(mia.receives("Founding a community"), "Name: Housing\nAddress: housing")
    mia.receives("Your new community: Housing")
    request = steward.receives("New community: Housing")
    steward.replies(request, "yes", to=over(hub, request))
    again = steward.receives("Re: New community: Housing")
    assert "It waits still" in words(again)
    steward.replies(again, "yes")
    steward.receives("Re: New community: Housing")
    mia.receives("Housing has been founded")
    assert tried(hub) == ["expired"]
