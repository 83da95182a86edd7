"""What the stewards say to everybody: newsletters, and what stands at the top of digests."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from digests.bulletins import going, keeping
from mailhub import membership
from mailhub.addresses import Purpose
from mailhub.app.hub import clock
from mailhub.membership import trail
from mailhub.models import Address, Bulletin, Change, Delivery, Outgoing, Person
from tests.conversations import people
from tests.conversations.digesting import WEEK, Calendar
from tests.conversations.people import RunningHub

NEWSLETTER = "hub+newsletter@lists.example.org"
BULLETIN = "hub+bulletin@lists.example.org"


def words(mail: EmailMessage) -> str:
    """The text of a mail, with plain line ends."""
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


@pytest.fixture
def sue(hub: RunningHub) -> people.Person:
    """Sue Hart, a steward."""
    return hub.person("Sue Hart", "steward@hub.example")


def time_passes(hub: RunningHub) -> None:
    """The minutes in which a bulletin can be taken back are over."""
    with hub.hub.database.writing() as session:
        session.execute(update(Bulletin).values(goes_at=Bulletin.asked_at))
    going.send(hub.hub.tools, None, clock())


def said_yes(sue: people.Person, to: str, subject: str, text: str) -> EmailMessage:
    """Sue writes to all and says yes twice, since nothing proves who she is; the receipt."""
    sue.writes(to, subject, text)
    first = sue.receives("Did you write something to everybody?")
    assert text not in words(first)
    sue.replies(first, "yes")
    shown = sue.receives("Shall this")
    assert text in words(shown)
    sue.replies(shown, "yes")
    return sue.receives(subject)


def test_a_newsletter(
    hub: RunningHub, policy: str, jane: people.Person, tom: people.Person, sue: people.Person
) -> None:
    rhian = hub.member("policy", "Rhian Lloyd", "rhian@conwy.example", delivery="monthly")
    hub.member("policy", "No Mail", "none@leeds.example", delivery="none")
    hub.member("policy", "Gone Away", "dead@leeds.example")
    hub.community("housing", "Housing")
    hub.member("housing", "Jane Doe", "jane@leeds.example")
    with hub.hub.database.writing() as session:
        session.execute(
            update(Address).where(Address.address == "dead@leeds.example").values(paused_at=clock())
        )
        session.execute(update(Person).where(Person.name == "Rhian Lloyd").values(language="cy"))

    # Jane is no steward.
    jane.writes(NEWSLETTER, "Buy my book", "It is cheap.")
    jane.receives("Only the stewards")

    sue.writes(NEWSLETTER, "Moving house", "We move on Monday.")
    sue.replies(sue.receives("Did you write"), "yes")
    shown = sue.receives("Shall this go to 3 people?")
    # Nobody else's yes counts, though they have the address.
    tom.replies(shown, "yes")
    tom.receives("Only the stewards")
    sue.replies(shown, "Yes please")
    receipt = sue.receives("Newsletter: Moving house")
    assert "To take it back, reply: withdraw" in words(receipt)
    going.send(hub.hub.tools, None, clock())
    jane.receives_nothing()

    time_passes(hub)
    going.send(hub.hub.tools, None, clock())
    mail = jane.receives("Moving house")
    assert "We move on Monday." in words(mail)
    assert "<h1>Moving house</h1>" in str(mail.get_body(("html",)).get_content())
    assert mail["List-Id"] == "Communities of practice <newsletter.lists.example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    jane.receives_nothing()  # once, though she is in two communities
    tom.receives("Moving house")
    assert "Mae ateb yn cyrraedd" in words(rhian.receives("Moving house"))
    assert not hub.courier.to("none@leeds.example")
    assert not hub.courier.to("dead@leeds.example")
    sue.receives_nothing()  # is in no community

    # What is said to it reaches the stewards, and the wish to have no more of them ends it.
    tom.replies(mail, "Will the address change?")
    assert "Will the address change?" in words(sue.receives("Re: Moving house"))
    jane.replies(mail, "unsubscribe")
    jane.receives("No more newsletters")
    tom.replies(mail, "unsubscribe")  # hers, not his
    tom.receives("sent to somebody else")
    with hub.hub.database.reading() as session:
        off = session.scalars(select(Person.name).where(~Person.newsletters)).all()
        told = session.scalars(select(Change.what).where(Change.of == "bulletin")).all()
        assert trail.told_plainly(session, session.scalars(select(Change)).all())
    assert off == ["Jane Doe"]
    assert told == ["asked", "queued"]
    # Her memberships stay.
    tom.writes(policy, "Bins", "Who collects?")
    jane.receives("Bins")


def test_one_click_ends_newsletters_alone(
    hub: RunningHub, policy: str, tom: people.Person, sue: people.Person
) -> None:
    said_yes(sue, NEWSLETTER, "Moving house", "We move on Monday.")
    time_passes(hub)
    mail = tom.receives("Moving house")
    link = str(mail["List-Unsubscribe"]).partition(">")[0].strip("<")
    site = hub.hub.tools.site
    token = site.tokens.read(Purpose.NEWSLETTERS_OFF, urlsplit(link).path.rpartition("/")[2])
    assert token
    off = site.tokens.address("hub", token, site.domain)
    tom.writes(off, "unsubscribe")
    tom.receives_nothing()
    assert hub.outcomes()[-1] == "unsubscribed"
    said_yes(sue, NEWSLETTER, "Moved", "We are there.")
    time_passes(hub)
    tom.receives_nothing()
    tom.writes("hub@lists.example.org", "newsletters please", "")
    tom.replies(tom.receives("shall we do this?"), "yes")
    tom.receives("done")
    said_yes(sue, NEWSLETTER, "Third", "Here is the third.")
    time_passes(hub)
    tom.receives("Third")


def test_taken_back(hub: RunningHub, policy: str, tom: people.Person, sue: people.Person) -> None:
    with hub.hub.database.writing() as session:
        membership.add_steward(session, "bob@hub.example", clock())
    bob = hub.person("Bob Lee", "bob@hub.example")
    said_yes(sue, NEWSLETTER, "Moving house", "We move on Monday.")
    told = bob.receives("Newsletter: Moving house")
    assert "steward@hub.example sends this to everybody" in words(told)
    bob.replies(told, "withdraw")
    bob.receives("Taken back")
    assert "bob@hub.example has taken back" in words(sue.receives("Taken back"))
    time_passes(hub)
    tom.receives_nothing()
    sue.replies(told, "yes")
    sue.receives("settled before")


def test_at_the_top_of_the_next_digest(
    hub: RunningHub, policy: str, tom: people.Person, sue: people.Person
) -> None:
    hub.community("housing", "Housing")
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example", delivery="weekly")
    hub.member("housing", "Jane Doe", "jane@leeds.example", delivery="weekly")
    hub.community("quiet", "Quiet")
    bo = hub.member("quiet", "Bo Lee", "bo@bath.example", delivery="weekly")
    with hub.hub.database.writing() as session:
        session.execute(update(Person).values(digests_apart=True))
    weeks = Calendar(hub)
    said_yes(sue, BULLETIN, "Moving house", "We move on Monday, see https://hub.example/x.\n\nSue")
    time_passes(hub)
    tom.writes(policy, "Bins", "Who collects?")
    hub.member("housing", "Tom Price", "tom@cardiff.example")
    tom.writes("housing@lists.example.org", "Roofs", "Who mends?")
    weeks.passes()
    first, second = jane.receives("Bins"), jane.receives("Roofs")
    text, html = words(first), str(first.get_body(("html",)).get_content())
    assert text.index("Moving house") < text.index("We move on Monday") < text.index("1. Bins")
    assert 'href="https://hub.example/x">https://hub.example/' in html
    assert "Moving house" not in words(second)  # once for a person
    bo.receives_nothing()  # where nothing happened it waits


def test_a_run_that_dies_is_gone_on_with(
    hub: RunningHub, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies and how far they have come are one commit; whoever has theirs has it once."""
    for number in range(7):
        hub.member("policy", f"P {number}", f"p{number}@bath.example")
    monkeypatch.setattr(going, "AT_ONCE", 3)
    now, tools = clock(), hub.hub.tools
    with hub.hub.database.writing() as session:
        bulletin = keeping.begin(
            session, "newsletter", "One", "Two", now, state="asked", by=membership.OPERATOR
        )
        keeping.queue(session, bulletin, now - keeping.UNDO * 2, by=membership.OPERATOR)
    with hub.hub.database.writing() as session:
        going.step(session, tools, 1, now)
    with suppress(KeyError), hub.hub.database.writing() as session:
        going.step(session, tools, 1, now)
        raise KeyError("killed")
    going.send(tools, None, now)
    going.send(tools, None, now + timedelta(minutes=1) + WEEK)
    hub.settle()
    with hub.hub.database.reading() as session:
        to = session.scalars(
            select(Delivery.address)
            .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
            .where(Outgoing.bulletin_id == 1)
        ).all()
        assert session.get_one(Bulletin, 1).people == 7
    assert sorted(to) == [f"p{number}@bath.example" for number in range(7)]
