"""What is written to those who look after a community, or after all of them, reaches them and nobody else."""

from __future__ import annotations

from mailhub import membership
from mailhub.app.hub import clock
from mailhub.models import Address
from tests.conversations.people import Person, RunningHub


def test_facilitators_are_reached_privately(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    fay = hub.member("policy", "Fay", "fay@hull.example", role="facilitator")
    hub.person("Sam", "sam@shop.example").writes(
        "policy+facilitators@lists.example.org", "May I join?", "Please."
    )
    request = fay.receives("May I join?")
    assert request["Reply-To"] == "Sam <sam@shop.example>"
    tom.receives_nothing()


def test_facilitators_are_reached_where_they_want_this_community_s_mail(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    fay = hub.member("policy", "Fay", "fay@hull.example", role="facilitator")
    at_work = hub.person("Fay", "fay@work.example")
    with hub.hub.database.writing() as session:
        person = membership.person_of(session, fay.address)
        community = membership.known_community(session, "policy")
        assert person is not None
        chosen = Address(person_id=person.id, address=at_work.address, created_at=clock())
        session.add(chosen)
        session.flush()
        member = membership.membership_of(session, community.id, person.id)
        assert member is not None
        member.address_id = chosen.id
    jane.writes("policy+facilitators@lists.example.org", "A word", "In private.")
    at_work.receives("A word")
    fay.receives_nothing()


def test_where_nobody_looks_after_a_community_the_stewards_do(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    steward = hub.person("Steward", "steward@hub.example")
    jane.writes("policy+facilitators@lists.example.org", "Who is there?", "Hello?")
    steward.receives("Who is there?")
    fay = hub.member("policy", "Fay", "fay@bath.example", role="facilitator")
    jane.writes("policy+owner@lists.example.org", "And now?", "Hello?")
    fay.receives("And now?")
    steward.receives_nothing()


def test_a_complaint_to_abuse_reaches_the_stewards(hub: RunningHub) -> None:
    steward = hub.person("Steward", "steward@hub.example")
    hub.person("A provider", "fbl@provider.example").writes(
        "abuse@lists.example.org", "Complaint", "Somebody does not want this.", sender=""
    )
    steward.receives("Complaint")
    assert hub.outcomes() == ["passed-on"]
