"""Communities are founded by mail: the form, the stewards' decision, the kit; parts of a community."""

from __future__ import annotations

import pytest

from mailhub import membership
from mailhub.app.hub import clock
from tests.conversations.people import Person, RunningHub

HUB = "hub@lists.example.org"


@pytest.fixture
def steward(hub: RunningHub) -> Person:
    """The steward of the settings."""
    return hub.person("Stella Ward", "steward@hub.example")


@pytest.fixture
def second(hub: RunningHub) -> Person:
    """A steward whom the operator added."""
    with hub.hub.database.writing() as session:
        assert membership.add_steward(session, "Second@hub.example", clock())
        assert not membership.add_steward(session, "second@hub.example", clock())
    return hub.person("Sam Cond", "second@hub.example")


def test_somebody_founds_a_community(hub: RunningHub, steward: Person, second: Person) -> None:
    # Whoever asks gets a form, and nothing that they wrote stands in it.
    mia = hub.person("Mia Moss", "mia@derby.example")
    mia.writes(HUB, "Hello", "New community please\n\nName: Cheap pills")
    form = mia.receives("Founding a community")
    assert "Cheap" not in form.get_content()
    assert "What you have written already is kept" in form.get_content()

    # Answered in parts; each thing that is wrong is named, in words.
    mia.replies(form, "Name: Housing officers\nAddress: HUB@lists.example.org\nWho reads: my mum")
    form = mia.receives("Founding a community")
    said = form.get_content()
    assert 'The address "hub" cannot be used' in said
    assert '"my mum": we did not understand who may read it' in said
    assert "It needs a name" not in said
    assert "Name: Housing officers" in said

    mia.replies(
        form,
        "Address: housing\nWho reads: closed, please\n"
        "What it is for: Everything about housing officers do between the first call and the\n"
        "last key.\nFacilitators: Tim <tim@derby.example>, mia@derby.example\n\nThanks\nMia",
    )
    waits = mia.receives("Your new community: Housing officers")
    assert "Who joins:       approval" in waits.get_content()
    request = steward.receives("New community: Housing officers")
    assert "between the first call and the last key." in " ".join(request.get_content().split())
    assert "mia@derby.example" in request.get_content()
    other = second.receives("New community: Housing officers")
    assert other["Reply-To"] != request["Reply-To"]
    second.replies(request, "yes")  # hers is not his
    second.receives("own address")

    # Nobody else decides, and what is unclear decides nothing.
    mia.replies(request, "yes")
    mia.receives("own address")
    steward.replies(request, "Who is she?")
    steward.receives("Re: New community")
    steward.replies(request, "Yes, fine")
    question = steward.receives("shall we do this?")
    assert "Found the community Housing officers, asked for by mia@derby.example" in " ".join(
        question.get_content().split()
    )
    second.receives_nothing()
    steward.replies(question, "yes")
    assert "Decided by" in steward.receives("Re: New community").get_content()
    told = second.receives("Re: New community: Housing officers")
    assert "It was decided by" in told.get_content()

    # The organiser gets what they need, and can use it at once; the other facilitator is invited.
    kit = mia.receives("Housing officers has been founded")
    assert "When a mail is held" in kit.get_content()
    assert "housing+join@lists.example.org" in kit.get_content()
    tim = hub.person("Tim Bell", "tim@derby.example")
    tim.replies(tim.receives("Join Housing officers?"), "yes")
    tim.receives("Welcome to Housing officers")
    mia.replies(kit, "joining invitation")
    mia.replies(mia.receives("shall we do this?"), "yes")
    mia.receives("done")
    tim.writes("housing+settings@lists.example.org", "", "joining open")
    assert "shall we do this" in str(tim.receives("Housing officers")["Subject"])
    mia.writes("housing@lists.example.org", "First", "Who is here?")
    tim.receives("First")

    # The second steward comes too late.
    second.replies(other, "no, we have one")
    assert "has been founded" in second.receives("Re: New community").get_content()


def test_a_community_is_turned_down_with_a_reason(hub: RunningHub, steward: Person) -> None:
    mia = hub.person("Mia Moss", "mia@derby.example")
    mia.writes(HUB, "new community")
    mia.replies(mia.receives("Founding a community"), "Name: Housing\nAddress: housing")
    mia.receives("Your new community: Housing")
    request = steward.receives("New community: Housing")
    steward.replies(request, "No, the policy community does this already")
    steward.replies(steward.receives("shall we do this?"), "yes")
    steward.receives("Re: New community: Housing")
    declined = mia.receives("Your new community: Housing")
    assert "They say: the policy community does this already" in declined.get_content()
    with hub.hub.database.reading() as session:
        assert membership.community_of(session, "housing") is None


def test_the_form_may_be_filled_in_in_welsh(hub: RunningHub, steward: Person) -> None:
    mia = hub.person("Mia Moss", "mia@derby.example")
    mia.writes(HUB, "new community")
    mia.replies(
        mia.receives("Founding a community"),
        "Enw: Swyddogion tai\nCyfeiriad: tai\nDiben: Rhannu arfer da\nPwy sy’n darllen: aelodau yn unig\n"
        "Pwy all ymuno: trwy wahoddiad",
    )
    waits = mia.receives("Your new community: Swyddogion tai").get_content()
    assert "tai@lists.example.org" in waits
    assert "Rhannu arfer da" in waits
    assert [line.split()[-1] for line in waits.splitlines() if line.startswith("Who ")] == [
        "closed",
        "invitation",
    ]


def test_an_address_that_is_taken_says_nothing_of_a_secret_community(
    hub: RunningHub, steward: Person
) -> None:
    hub.community("mergers", "Mergers", visibility="secret", joining="invitation")
    hub.community("housing", "Housing")
    mia = hub.person("Mia Moss", "mia@derby.example")
    ned = hub.member("mergers", "Ned Ash", "ned@hull.example")

    def told(person: Person, slug: str) -> str:
        person.writes(HUB, "new community")
        form = person.receives("Founding a community")
        person.replies(form, f"Name: Something\nAddress: {slug}")
        return str(person.receives("Founding a community").get_content())

    for slug in ("mergers", "postmaster"):
        assert f'The address "{slug}" cannot be used.' in told(mia, slug)
    assert 'The address "mergers" is taken.' in told(ned, "mergers")
    assert 'The address "housing" is taken.' in told(mia, "housing")


def test_an_address_that_is_taken_meanwhile(hub: RunningHub, steward: Person) -> None:
    mia = hub.person("Mia Moss", "mia@derby.example")
    mia.writes(HUB, "", "Start a community")
    mia.replies(mia.receives("Founding"), "Name: Housing\nAddress: housing")
    mia.receives("Your new community")
    request = steward.receives("New community: Housing")
    hub.community("housing", "Another")
    steward.replies(request, "ok")
    steward.replies(steward.receives("shall we do this?"), "yes")
    steward.receives("Re: New community")
    again = mia.receives("Founding a community")
    assert 'The address "housing" is taken' in again.get_content()
    mia.replies(again, "Address: houses")
    mia.receives("Your new community: Housing")
    steward.replies(steward.receives("New community: Housing"), "approve")
    steward.replies(steward.receives("shall we do this?"), "yes")
    mia.receives("Housing has been founded")


def test_a_part_of_a_community(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    # Whoever looks after the whole founds a part of it alone.
    ann = hub.member("policy", "Ann Lead", "ann@leeds.example", role="facilitator")
    jane.writes("policy+settings@lists.example.org", "", "new community")
    form = jane.receives("Founding a community")
    jane.replies(form, "Name: Charts\nAddress: charts")
    assert 'do not look after "policy"' in jane.receives("Founding").get_content()

    ann.writes("policy+settings@lists.example.org", "", "New sub-community")
    form = ann.receives("Founding a community")
    ann.replies(form, "Name: Charts\nAddress: charts")
    ann.receives("Charts has been founded")

    # Its members are told once, if they who found it want that.
    question = ann.receives("Tell the members of Policy and Performance?")
    tom.receives_nothing()
    ann.replies(question, "yes")
    assert "2 members" in ann.receives("Re: Tell").get_content()
    offered = tom.receives("New in Policy and Performance: Charts")
    assert "charts+join@lists.example.org" in offered.get_content()
    assert offered["To"] == "policy@lists.example.org"
    ann.replies(question, "yes")
    ann.receives("Re:")
    tom.receives_nothing()

    # The list of communities shows what belongs to what.
    tom.writes(HUB, "", "communities charts")
    found = tom.receives("ommunities").get_content()
    assert "part of Policy and Performance" in found
