"""People register, join and leave by mail; what each is told."""

from __future__ import annotations

import pytest

from tests.conversations import joining as _joining
from tests.conversations.joining import HUB, D, words
from tests.conversations.people import Person, RunningHub

sue, fay = _joining.sue, _joining.fay


def test_somebody_joins_posts_and_leaves(
    hub: RunningHub, policy: str, tom: Person, sue: Person
) -> None:
    # Nobody joins without confirming, and an empty mail is enough to ask.
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy and Performance?")
    assert question["From"] == f"Policy and Performance <policy+notices@{D}>"
    assert "policy+c-" in question["Reply-To"]
    assert "Terms of use" in question.get_content()
    sue.writes(policy, "Not yet", "Am I in?")
    sue.receives("Your mail to Policy")
    assert hub.outcomes() == ["asked", "held"]

    sue.replies(question, "yes please")
    welcome = sue.receives("Welcome to Policy and Performance")
    # Undoing, however often, takes nobody out again: leaving has a word of its own.
    sue.replies(welcome, "undo")
    told = words(sue.receives("nothing to change"))
    assert "nothing to undo. To leave Policy and Performance again, reply: leave" in told
    sue.writes(policy, "Indicator 6", "How do you count it?")
    tom.receives("Indicator 6")

    # One mail to leave; who wrote it is not proven, so it is asked about.
    sue.writes(f"policy+leave@{D}")
    question = sue.receives("shall we do this?")
    assert "Take you off Policy and Performance" in question.get_content()
    sue.replies(question, "Yes.")
    receipt = sue.receives("Policy and Performance: done")
    assert "You have left Policy and Performance." in receipt.get_content()
    tom.writes(policy, "Indicator 7", "And this one?")
    sue.receives_nothing()

    # Undo brings everything back as it was; who has seen the receipt may be another, so she is asked.
    sue.replies(receipt, "undo")
    question = sue.receives("shall we do this?")
    assert "you are a member of Policy and Performance again" in words(question)
    sue.replies(question, "yes")
    again = sue.receives("done")
    assert "you are a member of Policy and Performance again" in again.get_content()
    tom.writes(policy, "Indicator 8", "And that?")
    sue.receives("Indicator 8")


@pytest.mark.parametrize("address", ["policy+help", "policy", "policy+facilitators", "postmaster"])
def test_a_mail_that_is_brought_again_is_acted_on_once(
    hub: RunningHub, jane: Person, tom: Person, address: str
) -> None:
    raw = (
        b"From: tom@cardiff.example\r\nMessage-ID: <once@cardiff.example>\r\n"
        b"Date: Tue, 3 Nov 2026 09:00:00 +0000\r\nSubject: status\r\n\r\nstatus\r\n"
    )
    for number in range(3):
        received = (
            b"Received: from mx%d.cardiff.example; Tue, 3 Nov 2026 09:00:00 +0000\r\n" % number
        )
        hub.send(received + raw, tom.address, f"{address}@{hub.domain}")
    first, *rest = sorted(hub.outcomes(), key="again".__eq__)
    assert first in ("answered", "passed-on")
    assert rest == ["again", "again"]
    assert len(hub.courier.sent) == 1

    hub.send(raw.replace(b"once", b"twice"), tom.address, f"{address}@{hub.domain}")
    assert sorted(hub.outcomes()).count("again") == 2
    assert len(hub.courier.sent) == 2


def test_a_program_that_passes_over_reply_to_is_understood_all_the_same(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    sue.writes(f"policy+subscribe@{D}")
    question = sue.receives("Join Policy and Performance?")
    sue.replies(question, "OK", to=f"policy+notices@{D}")
    sue.receives("Welcome to")


def test_registering_with_what_somebody_likes_to_say(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    sue.writes(HUB, "Hello", "How do I take part?")
    form = sue.receives("Register with Communities of practice?")
    # Half of it filled in, inside of what is quoted, as people do.
    body = str(form.get_content())
    filled = body.replace("Organisation:", "Organisation: City of York Council")
    quoted = "\n".join(f"> {line}" for line in filled.splitlines())
    sue.writes(
        str(form["Reply-To"]),
        "Re: Register",
        f"See below.\n\nOn 3 Nov 2026, Communities of practice wrote:\n{quoted}\n",
        In_Reply_To=str(form["Message-ID"]),
    )
    welcome = sue.receives("You are registered")
    assert "as Sue Hill, City of York Council." in welcome.get_content()
    assert f"policy+join@{D}" in welcome.get_content()
    with hub.hub.database.reading() as session:
        from mailhub import membership

        known = membership.person_of(session, sue.address)
        assert known is not None
        assert (known.name, known.organisation) == ("Sue Hill", "City of York Council")
        assert known.agreed_at is not None


def test_no_is_an_answer_and_so_is_something_else(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy and Performance?")
    sue.replies(question, "Who are you, and where did you get my address?")
    again = sue.receives("yes or no?")
    sue.replies(again, "no thanks")
    sue.receives("Re: Policy and Performance")
    sue.replies(question, "yes")
    late = sue.receives("Re: Policy and Performance")
    assert "answered this with no before" in late.get_content()


def test_an_altered_token_is_no_address(hub: RunningHub, policy: str, sue: Person) -> None:
    import smtplib

    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy and Performance?")
    address = str(question["Reply-To"]).rpartition("<")[2].strip(">")
    local, _, domain = address.partition("@")
    last = "a" if local[-3] != "a" else "b"
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        sue.writes(f"{local[:-3]}{last}{local[-2:]}@{domain}", "Re:", "yes")
    assert next(iter(refused.value.recipients.values()))[0] == 550


def test_a_yes_that_comes_too_late_is_told_how_to_go_on(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    from datetime import date

    from mailhub.addresses import Purpose, Token

    tokens = hub.hub.tools.site.tokens
    old = tokens.address("policy", Token(Purpose.CONFIRM, 1, 0, date(2026, 1, 1)), D)
    sue.writes(old, "Re: Join?", "yes")
    late = sue.receives("That was too late")
    assert f"policy+settings@{D}" in late.get_content()


def test_a_signature_says_who_somebody_is(hub: RunningHub, policy: str) -> None:
    new = hub.person("", "j.doe@leeds.example")
    new.writes(f"policy+join@{D}")
    new.replies(
        new.receives("Join Policy"),
        "Yes please\n\nRole: reader\n\nKind regards\n\nJo Doe\nSenior Policy Officer\n"
        "Leeds City Council\n0113 496 0000\n",
    )
    new.receives("Welcome to")
    with hub.hub.database.reading() as session:
        from mailhub import membership

        known = membership.known_person(session, new.address)
    assert known["name"] == "Jo Doe"
    assert known["organisation"] == "Leeds City Council"
    assert known["role"] == "Senior Policy Officer"
    assert known["memberships"][0]["role"] == "reader"
    # Later it is changed with a line, and that is undone.
    new.writes(f"policy+settings@{D}", "", "Organisation: City of York")
    new.replies(new.receives("shall we do this?"), "yes")
    receipt = new.receives("done")
    assert "your organisation is City of York" in receipt.get_content()
    new.replies(receipt, "undo")
    assert "as before" in new.receives("done").get_content()


def test_only_a_form_that_is_filled_in_and_nothing_else_is_a_yes(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy")
    sue.replies(
        question,
        "Who are you? What is this about?\n\nSue Hill\nOrganisation: City of York\nRole: officer",
    )
    sue.receives("yes or no?")
    sue.replies(question, "-- \nSue Hill\nOrganisation: City of York")
    assert "Welcome" not in str(sue.mailbox()[-1]["Subject"])
    sue.replies(
        question, "Hello,\n\nName: Sue Hill\nOrganisation: City of York\n\nBest wishes\nSue"
    )
    assert "Welcome" in str(sue.mailbox()[-1]["Subject"])
