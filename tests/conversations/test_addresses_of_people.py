"""One person, several addresses: claimed with a yes from both, used, given up; a stranger learns nothing."""

from __future__ import annotations

import pytest

from mailhub import membership
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
HUB = f"hub@{D}"


@pytest.fixture
def home(hub: RunningHub, jane: Person) -> Person:
    """Jane at home, whom nobody knows there."""
    return hub.person("Jane Doe", "jane@home.example")


def test_another_address_is_claimed_from_the_one_that_is_known(
    hub: RunningHub, policy: str, jane: Person, home: Person, tom: Person
) -> None:
    jane.writes(HUB, "", "Please add my other address jane@home.example")
    jane.replies(jane.receives("shall we do this?"), "yes")
    assert "We have asked jane@home.example" in jane.receives("done").get_content()
    question = home.receives("Is jane@leeds.example your address too?")
    home.writes(policy, "Not yet", "Hello?")
    home.receives("Your mail to Policy")
    home.replies(question, "Yes")
    for one in (jane, home):
        told = one.receives("Your addresses").get_content()
        assert "jane@leeds.example" in told
        assert "jane@home.example" in told

    # What she writes from either is hers, and comes to the first until she says otherwise.
    home.writes(policy, "From home", "Hello.")
    tom.receives("From home")
    tom.writes(policy, "To Jane", "Hello.")
    jane.receives("To Jane")
    home.receives_nothing()
    home.writes(f"policy+settings@{D}", "", "use address jane@home.example")
    home.replies(home.receives("shall we do this?"), "yes")
    receipt = home.receives("done")
    tom.writes(policy, "To Jane again", "Hello.")
    home.receives("To Jane again")
    jane.receives_nothing()
    home.replies(receipt, "undo")
    home.replies(home.receives("shall we do this?"), "yes")
    home.receives("done")
    tom.writes(policy, "To Jane once more", "Hello.")
    jane.receives("To Jane once more")


def test_a_stranger_says_who_they_are_and_the_known_address_decides(
    hub: RunningHub, policy: str, jane: Person, home: Person, tom: Person
) -> None:
    home.writes(f"policy+settings@{D}", "", "weekly")
    told = home.receives("This address is not a member").get_content()
    assert "I usually write from" in told
    home.writes(HUB, "", "I usually write from jane@leeds.example")
    question = home.receives("Do you take part under another address?")
    assert "leeds" not in str(question.get_content())
    jane.receives_nothing()
    home.replies(question, "yes")
    home.receives("We are asking your other address")
    asked = jane.receives("Is jane@home.example your address too?")
    jane.replies(asked, "yes, that's me")
    home.receives("Your addresses")
    home.writes(policy, "From home", "Hello.")
    tom.receives("From home")


def test_a_stranger_learns_nothing_of_whom_the_hub_knows(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    said = []
    for known in ("jane@leeds.example", "nobody@nowhere.example"):
        sam = hub.person("Sam", f"sam{len(said)}@shop.example")
        sam.writes(HUB, "", f"I usually write from {known}")
        question = sam.receives("Do you take part under another address?")
        sam.replies(question, "yes")
        waits = sam.receives("We are asking your other address")
        said.append((str(question.get_content()), str(waits.get_content())))
        sam.receives_nothing()
    assert said[0] == said[1]
    jane.replies(jane.receives("your address too?"), "no")
    jane.receives("Re: ")
    with hub.hub.database.reading() as session:
        assert membership.person_of(session, "sam0@shop.example") is None


def test_who_was_two_people_becomes_one(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    # A new council, another registration; then she claims what was hers.
    hub.community("housing", "Housing")
    new = hub.member("housing", "Jane Doe", "jane.doe@york.example")
    jane.writes(policy, "Bins", "Written at Leeds.")
    tom.receives("Bins")
    new.writes(HUB, "", "add address jane@leeds.example")
    new.replies(new.receives("shall we do this?"), "yes")
    new.receives("done")
    jane.replies(jane.receives("Is jane.doe@york.example your address too?"), "yes")
    jane.receives("Your addresses")
    new.replies(new.receives("Your addresses"), "undo")
    told = " ".join(str(new.receives("nothing to change").get_content()).split())
    assert "was confirmed from both, and stays" in told
    new.writes(HUB, "", "my communities")
    listed = new.receives("Your communities").get_content()
    assert "Housing" in listed
    assert "Policy and Performance" in listed
    new.writes(f"policy+settings@{D}", "", "status")
    assert "Bins" in new.receives("How things stand").get_content()


def test_old_mail_goes_on_working_for_whom_somebody_became(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    # She is a member under both addresses, and has questions of both open.
    new = hub.member("policy", "Jane Doe", "jane.doe@york.example")
    tom.writes(policy, "Bins", "How often?")
    new.writes(HUB, "", "add address jane@home.example")
    more = new.receives("Bins"), new.receives("shall we do this?")
    old_post = jane.receives("Bins")
    jane.writes(f"policy+settings@{D}", "", "weekly")
    weekly = jane.receives("shall we do this?")
    hub.person("Jane", "jane@home.example").writes(
        HUB, "", "I usually write from jane@leeds.example"
    )
    home = hub.person("Jane", "jane@home.example")
    home.replies(home.receives("another address"), "yes")
    late = jane.receives("Is jane@home.example your address too?")
    new.writes(HUB, "", "add address jane@leeds.example")
    new.replies(new.receives("shall we do this?"), "yes")
    new.receives("done")
    jane.replies(jane.receives("Is jane.doe@york.example your address too?"), "yes")
    for one in (new, jane):
        one.receives("Your addresses")

    # What waited for a yes of the one is done for the other.
    jane.replies(weekly, "yes")
    assert "once a week" in jane.receives("done").get_content()
    jane.replies(late, "yes")
    assert "jane@home.example" in jane.receives("Your addresses").get_content()

    # One click in any old mail ends the membership, whichever address it went to.
    links = str(old_post["List-Unsubscribe"]), str(more[0]["List-Unsubscribe"])
    for link, outcome in zip(links, ("unsubscribed", "again"), strict=True):
        to = link.partition("<mailto:")[2].partition(">")[0].partition("?")[0]
        jane.writes(to)
        assert hub.outcomes()[-1] == outcome


def test_an_address_is_given_up_but_never_the_last(
    hub: RunningHub, policy: str, jane: Person, home: Person, tom: Person
) -> None:
    with hub.hub.database.writing() as session:
        from mailhub.app.hub import clock
        from mailhub.membership import OPERATOR, claims

        person = membership.person_of(session, jane.address)
        assert person is not None
        claims.attach(session, person, home.address, clock(), by=OPERATOR)
    home.writes(HUB, "", "remove address jane@leeds.example")
    home.replies(home.receives("shall we do this?"), "yes")
    assert "no longer your address" in home.receives("done").get_content()
    tom.writes(policy, "To Jane", "Hello.")
    home.receives("To Jane")
    jane.receives_nothing()
    home.writes(HUB, "", "remove address jane@home.example")
    home.replies(home.receives("shall we do this?"), "yes")
    assert "your only address" in home.receives("nothing to change").get_content()


def test_a_decision_under_way_is_decided_by_whom_somebody_became(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.settings("policy", joining="approval")
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    york = hub.member("policy", "Fay Reid", "fay@york.example")
    asked = []
    for name in ("sue", "bob"):
        other = hub.person(name.title(), f"{name}@hull.example")
        other.writes(f"policy+join@{D}")
        other.replies(other.receives("Join Policy"), "yes")
        other.receives("Your request")
        asked.append((other, fay.receives("would like to join")))
    (sue, of_sue), (bob, of_bob) = asked
    fay.replies(of_sue, "yes")
    question = fay.receives("shall we do this?")
    # Meanwhile both her addresses turn out to be one person's: the other's.
    york.writes(HUB, "", "add address fay@bath.example")
    york.replies(york.receives("shall we do this?"), "yes")
    york.receives("done")
    fay.replies(fay.receives("Is fay@york.example your address too?"), "yes")
    fay.receives("Your addresses")
    fay.replies(question, "yes")
    sue.receives("Welcome to Policy")
    # An older notice to her is hers as well.
    fay.replies(of_bob, "no")
    fay.replies(fay.receives("shall we do this?"), "yes")
    assert "not" in str(bob.receives("").get_content())
