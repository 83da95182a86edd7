"""People register, join and leave by mail; who lets them in; what each is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.app.hub import clock
from mailhub.models import Inbound, RawMail
from mailhub.process import process
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
HUB = f"hub@{D}"


@pytest.fixture
def sue(hub: RunningHub) -> Person:
    """Sue Hill of York, whom nobody knows yet."""
    return hub.person("Sue Hill", "sue@york.example")


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay, who looks after Policy and Performance."""
    return hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")


def words(mail: object) -> str:
    """The text of a mail, on one line."""
    return " ".join(str(mail.get_content()).split())  # type: ignore[attr-defined]


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
    sue.receives("Welcome to Policy and Performance")
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


def test_where_joining_is_by_approval_the_first_to_answer_decides(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    hub.settings("policy", joining="approval")
    ned = hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy and Performance?"), "yes\n\nRole: Policy officer")
    sue.receives("Your request to join")
    request = fay.receives("sue@york.example would like to join")
    assert "Role: Policy officer" in request.get_content()
    other = ned.receives("sue@york.example would like to join")

    # Somebody else with the address decides nothing; nor does an unclear word.
    sue.writes(str(request["Reply-To"]), "Re: me", "yes")
    sue.receives("Please decide from your own address")
    fay.replies(request, "What do you think, Ned?")
    unclear = fay.receives("would like to join")
    assert "nothing has been decided" in unclear.get_content()

    # Nor does a word of somebody whose mail is not proven, until they say that it was they.
    ned.replies(other, "ok")
    question = ned.receives("shall we do this?")
    assert "Let sue@york.example into Policy and Performance" in words(question)
    sue.receives_nothing()
    ned.replies(question, "yes")
    sue.receives("Welcome to Policy and Performance")
    for person in (fay, ned):
        told = person.receives("would like to join")
        assert "Decided by Ned Ash" in told.get_content() or "decided by Ned Ash" in words(told)
    fay.replies(request, "no")
    assert "is a member of" in fay.receives("would like to join").get_content()


def test_who_is_turned_down_is_told_why(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    hub.settings("policy", joining="approval")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy"), "yes")
    sue.receives("Your request")
    fay.replies(fay.receives("would like to join"), "no, this is for council officers only")
    question = fay.receives("shall we do this?")
    assert "The reason to be given: this is for council officers only" in words(question)
    fay.replies(question, "yes")
    answer = sue.receives("Your request to join")
    assert "this is for council officers only" in answer.get_content()


def test_somebody_is_invited_and_joins(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    hub.settings("policy", joining="invitation", visibility="secret", welcome="Glad you came.")
    # A secret community says nothing of itself.
    sue.writes(f"policy+join@{D}")
    sue.writes(f"policy+help@{D}", "help")
    sue.receives_nothing()

    fay.writes(f"policy+settings@{D}", "", "invite sue@york.example")
    fay.replies(fay.receives("shall we do this?"), "yes")
    fay.receives("done")
    invitation = sue.receives("Join Policy and Performance?")
    assert "Fay Reid invites you" in invitation.get_content()
    sue.replies(invitation, "Yes, I'd love to. Thanks, Sue")
    assert "Glad you came." in sue.receives("Welcome to").get_content()
    sue.writes(f"policy+help@{D}", "help")
    sue.receives("How Policy and Performance works")


def test_who_does_not_look_after_a_community_invites_nobody(
    hub: RunningHub, policy: str, tom: Person, sue: Person
) -> None:
    tom.writes(f"policy+settings@{D}", "", "invite sue@york.example")
    tom.replies(tom.receives("shall we do this?"), "yes")
    assert "Only those who look after" in tom.receives("nothing to change").get_content()
    sue.receives_nothing()


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


def test_who_has_just_joined_is_a_member_to_the_next_mail(
    hub: RunningHub, policy: str, sue: Person, tom: Person
) -> None:
    # Both mails wait together, as after a pause of the hub, and are processed in one go.
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy")
    raws = [
        f"From: sue@york.example\r\nSubject: {subject}\r\nMessage-ID: <{number}@york.example>\r\n"
        f"\r\n{text}\r\n".encode()
        for number, (subject, text) in enumerate((("Re: Join", "yes"), ("Bins", "When?")))
    ]
    to = [str(question["Reply-To"]).rpartition("<")[2].strip(">"), policy]
    with hub.hub.database.writing() as session:
        ids = []
        for raw, recipient in zip(raws, to, strict=True):
            inbound = Inbound(
                received_at=clock(), mail_from=sue.address, recipients=[recipient], size=len(raw),
                due_at=clock() + timedelta(hours=1), raw=RawMail(raw=raw),
            )  # fmt: skip
            session.add(inbound)
            session.flush()
            ids.append(inbound.id)
    process(hub.hub.tools, ids, clock())
    assert hub.outcomes() == ["asked", "done", "posted"]
    tom.receives("Bins")


def test_only_a_form_that_is_filled_in_and_nothing_else_is_a_yes(
    hub: RunningHub, policy: str, sue: Person
) -> None:
    sue.writes(f"policy+join@{D}")
    question = sue.receives("Join Policy")
    sue.replies(
        question,
        "Who are you? I never asked for it.\n\nSue Hill\nOrganisation: City of York\nRole: officer",
    )
    sue.receives("yes or no?")
    sue.replies(question, "-- \nSue Hill\nOrganisation: City of York")
    assert "Welcome" not in str(sue.mailbox()[-1]["Subject"])
    sue.replies(
        question, "Hello,\n\nName: Sue Hill\nOrganisation: City of York\n\nBest wishes\nSue"
    )
    assert "Welcome" in str(sue.mailbox()[-1]["Subject"])
