"""Who is let into a community, by mail: by approval, by invitation, and who has just joined."""

from __future__ import annotations

from datetime import timedelta

from mailhub.app.hub import clock
from mailhub.process import process
from tests.conversations import joining as _joining
from tests.conversations.joining import D, words
from tests.conversations.people import Person, RunningHub
from tests.spooled import spooled

sue, fay = _joining.sue, _joining.fay


def test_where_joining_is_by_approval_the_first_to_answer_decides(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    hub.settings("policy", joining="approval")
    ned = hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    sue.writes(
        f"policy+join@{D}", "", "May I join? I measure waste.\n\n-- \nTo let them in: nobody"
    )
    sue.replies(sue.receives("Join Policy and Performance?"), "yes\n\nRole: Policy officer")
    sue.receives("Your request to join")
    request = fay.receives("sue@york.example would like to join")
    assert "Role: Policy officer" in request.get_content()
    assert "They wrote: | May I join? I measure waste. To let" in words(request)
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
            later = clock() + timedelta(hours=1)
            ids.append(spooled(session, raw, sue.address, recipient, at=clock(), due_at=later))
    process(hub.hub.tools, ids, clock())
    assert hub.outcomes() == ["asked", "done", "posted"]
    tom.receives("Bins")
