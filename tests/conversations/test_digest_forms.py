"""How a digest comes: when, in which form, in which language."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from mailhub import membership
from mailhub.app.hub import clock
from tests.conversations.digesting import Calendar
from tests.conversations.people import Person, RunningHub


def words(mail: EmailMessage) -> str:
    """The text of a mail, with plain line ends."""
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


@pytest.fixture
def jane(hub: RunningHub, policy: str) -> Person:
    """Jane Doe, who reads by the week."""
    return hub.member("policy", "Jane Doe", "jane@leeds.example", delivery="weekly")


def test_when_and_how_digests_come(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    weeks = Calendar(hub)
    tom.writes(policy, "Bins", "Who else collects every second week?")
    weeks.passes()
    jane.replies(
        jane.receives("Your week"),
        "weekly on Fridays at 4pm\ntime zone: Europe/Madrid\nlanguage: Welsh",
    )
    told = " ".join(words(jane.receives("done")).split())
    assert "come on Fridays" in told
    assert "at 16:00, your time" in told
    assert "Your time zone is Europe/Madrid." in told
    jane.writes("hub@lists.example.org", "", "digests on Mondays\nplain text digest please")
    jane.replies(jane.receives("shall we do this?"), "yes")
    receipt = jane.receives("done")
    told = " ".join(words(receipt).split())
    assert "come on Mondays" in told
    assert "as plain text" in told
    jane.replies(receipt, "undo")
    jane.receives("done")


def test_each_post_as_a_mail(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    """RFC 2046 5.1.5: her program shows each, and answers it by itself."""
    jane.writes("policy+settings@lists.example.org", "", "mime digest")
    jane.replies(jane.receives("shall we do this?"), "yes")
    assert "each post as a mail of its own" in words(jane.receives("done"))
    weeks = Calendar(hub)
    tom.writes(policy, "Café hours", "When do you open?")
    weeks.passes()
    told = jane.receives("Your week")
    contents, several = told.iter_parts()
    assert "1. Café hours" in contents.get_content()
    assert several.get_content_type() == "multipart/digest"
    (part,) = several.iter_parts()
    mail = part.get_content()
    assert (mail["From"], mail["Subject"]) == ("Tom Price <tom@cardiff.example>", "Café hours")
    assert mail.get_content().splitlines()[0] == "When do you open?"
    jane.writes(mail["Reply-To"], "Re: Café hours", "At nine.")
    assert "At nine." in words(tom.receives("Café hours"))


def test_a_digest_in_welsh(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    with hub.hub.database.writing() as session:
        person = membership.who_has(session, jane.address)
        values = membership.digesting.typed("language", "Cymraeg")
        assert membership.digesting.set_digests(session, person, values, clock())
    weeks = Calendar(hub)
    tom.writes(policy, "Biniau", "Pryd?")
    weeks.passes()
    digest = jane.receives("Eich wythnos: Biniau")
    assert digest["Content-Language"] == "cy"
    assert '<html lang="cy"' in str(digest.get_body(("html",)).get_content())
    assert "trafodaeth newydd" in words(digest)
