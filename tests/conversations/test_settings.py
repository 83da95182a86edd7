"""Members set by mail how their mail comes: what is done, what is told, and what comes then."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

from mailhub import membership
from mailhub.app.hub import clock
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
SETTINGS = f"policy+settings@{D}"
HUB = f"hub@{D}"


def asks(person: Person, what: str, to: str = SETTINGS) -> str:
    """Write a command, say yes to what comes, and give the receipt's words on one line."""
    person.writes(to, "", what)
    person.replies(person.receives("shall we do this?"), "yes")
    return " ".join(str(person.receives("").get_content()).split())


def test_weekly_please(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    told = asks(jane, "Weekly please")
    assert "You get the mail of Policy and Performance once a week." in told
    assert "To undo this, reply: undo" in told
    assert "Mail: weekly" in told
    tom.writes(policy, "Bins", "When?")
    jane.receives_nothing()
    assert "Nothing had to change" in asks(jane, "weekly")


def test_a_pause_ends_by_itself(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    begins, until = (clock().date() + timedelta(days=days) for days in (10, 20))
    told = asks(jane, f"away from {begins.day} {begins:%B} to {until.day} {until:%B}")
    said = f"from {begins.day} {begins:%B %Y} until {until.day} {until:%B %Y}"
    assert f"You get no mail of Policy and Performance {said}." in told
    assert f"Mail: paused {said}, then each" in told
    tom.writes(policy, "Before", "When?")
    jane.receives("Before")
    told = asks(jane, f"pause until {until.day} {until:%B}")
    assert f"You get no mail of Policy and Performance until {until.day} {until:%B %Y}." in told
    tom.writes(policy, "Bins", "When?")
    jane.receives_nothing()
    # The day comes.
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        member = membership.known_membership(session, community, jane.address)
        today = {"paused_until": clock().date()}
        membership.alter(session, member, "paused", today, clock())
    tom.writes(policy, "Bins again", "When?")
    jane.receives("Bins again")


def test_a_pause_without_a_day_ends_with_a_word(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    assert "until you write" in asks(jane, "pause")
    tom.writes(policy, "Bins", "When?")
    jane.receives_nothing()
    assert "You get the mail of Policy and Performance again." in asks(jane, "resume")
    tom.writes(policy, "Bins again", "When?")
    jane.receives("Bins again")


def test_a_muted_thread_comes_no_more(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    tom.writes(policy, "Indicator 6", "How do you count it?")
    post = jane.receives("Indicator 6")
    jane.replies(post, "mute")
    question = jane.receives("shall we do this?")
    assert 'no more mail of "Indicator 6"' in question.get_content()
    jane.replies(question, "yes")
    receipt = jane.receives("done")
    # The members never see the command.
    first = sue.receives("Indicator 6")
    sue.replies(first, "By the week.")
    tom.receives("Re: Indicator 6")
    jane.receives_nothing()
    sue.receives_nothing()
    # Other threads come as before, and undo brings this one back.
    tom.writes(policy, "Bins", "When?")
    jane.receives("Bins")
    jane.replies(receipt, "undo")
    jane.receives("done")
    sue.replies(first, "Or by the month.")
    jane.receives("Re: Indicator 6")


def test_unsubscribe_to_the_list_is_no_post(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(policy, "unsubscribe", "unsubscribe")
    jane.replies(jane.receives("shall we do this?"), "yes")
    assert "You have left" in jane.receives("done").get_content()
    tom.receives_nothing()
    # Nor is a stranger's; who is told that it had no effect.
    sam = hub.person("Sam", "sam@shop.example")
    sam.writes(policy, "unsubscribe", "unsubscribe")
    sam.receives("This address is not a member")
    sam.writes(policy, "unsubscribe", "unsubscribe")
    sam.receives_nothing()
    tom.receives_nothing()


def test_nor_is_it_one_with_a_logo_below_it(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    def outlook(words: str, *files: tuple[str, bytes]) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Jane Doe <{jane.address}>", policy
        mail["Subject"], mail["Message-ID"] = words, make_msgid(domain="leeds.example")
        mail.set_content(f"{words}\n\nJane Doe\nPolicy Officer, Leeds City Council\n")
        mail.add_alternative(
            f'<p class="MsoNormal">{words}</p><p class="MsoNormal">Jane Doe<br>'
            'Policy Officer, Leeds City Council</p><img src="cid:image001.png@01DC5B">',
            subtype="html",
        )
        mail.get_payload()[1].add_related(  # type: ignore[union-attr]
            b"\x89PNG" * 5_000, "image", "png", cid="<image001.png@01DC5B>", filename="image001.png"
        )
        for name, content in files:
            mail.add_attachment(content, "application", "pdf", filename=name)
        hub.send(mail.as_bytes(), jane.address, policy)

    outlook("unsubscribe", ("Form.pdf", b"%PDF-1.7 a form"))
    assert tom.receives("unsubscribe").get_content_type() == "multipart/mixed"
    outlook("unsubscribe")
    jane.replies(jane.receives("shall we do this?"), "yes")
    assert "You have left" in jane.receives("done").get_content()
    tom.receives_nothing()


def test_a_copy_of_ones_own_posts(hub: RunningHub, policy: str, jane: Person) -> None:
    assert "You get a copy" in asks(jane, "send me copies of my own posts")
    jane.writes(policy, "Bins", "When?")
    jane.receives("Bins")


def test_where_is_my_message(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    jane.writes(policy, "Bins", "When?")
    tom.receives("Bins")
    jane.writes(SETTINGS, "", "Where is my message?")
    told = " ".join(str(jane.receives("How things stand").get_content()).split())
    assert "Bins" in told
    assert "posted, sent to 1" in told


def test_everything_at_once_at_the_platforms_address(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    hub.community("housing", "Housing")
    hub.member("housing", "Jane Doe", jane.address)
    told = asks(jane, "daily", HUB)
    assert "You get the mail of all your communities once a day." in told
    assert told.count("Mail: daily") == 2
    jane.writes(HUB, "", "my communities")
    listed = jane.receives("Your communities").get_content()
    assert "Housing, housing@lists.example.org" in listed
    assert "Mail: daily" in listed
    # All of it is undone together.
    jane.writes(HUB, "", "undo")
    jane.replies(jane.receives("shall we do this?"), "yes")
    told = " ".join(str(jane.receives("done").get_content()).split())
    assert told.count("Mail: each") == 2


def test_a_community_is_meant_that_is_named(hub: RunningHub, policy: str, jane: Person) -> None:
    hub.community("housing", "Housing and homes")
    hub.community("inquiry", "The inquiry", visibility="secret")
    hub.member("housing", "Jane Doe", jane.address)
    told = asks(jane, "Monthly for Housing and Homes please", HUB)
    assert "You get the mail of Housing and homes once a month." in told
    # At another community's own address too; and what nobody knows of is left by nobody.
    assert "You have left Housing and homes" in asks(jane, "leave housing")
    for unknown in ("leave inquiry", "leave zebras"):
        jane.writes(SETTINGS, "", unknown)
        assert "We found no community" in jane.receives("Communities for").get_content()


def test_communities_are_found_by_words_and_secret_ones_by_their_members(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.community("housing", "Housing and homes", description="Damp, mould and repairs.")
    hub.community("inquiry", "The housing inquiry", visibility="secret")
    jane.writes(HUB, "", "communities housing")
    found = jane.receives("Communities for").get_content()
    assert f"housing+join@{D}" in found
    assert "inquiry" not in found
    jane.writes(HUB, "", "find communities about zebras")
    assert "We found no community" in jane.receives("Communities for").get_content()


def test_what_is_not_understood_is_answered_once(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    for _ in range(2):
        jane.writes(SETTINGS, "", "Could the digest be sent in purple on alternate Tuesdays?")
    asked = jane.receives("what did you mean?")
    assert "Perhaps you meant one of these" in asked.get_content()
    jane.receives_nothing()


def test_several_things_in_one_mail(hub: RunningHub, policy: str, jane: Person) -> None:
    told = asks(jane, "weekly\nsend me copies of my own posts")
    assert "once a week" in told
    assert "You get a copy of what you write" in told


def test_thanks_for_a_receipt_are_not_answered(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    jane.writes(SETTINGS, "", "weekly please")
    question = jane.receives("shall we do this?")
    jane.replies(question, "Yes")  # to a question it is one
    receipt = jane.receives("done")
    for words in ("Thanks!", "Yes", "Ok great", "Thank you, that works\n\nJane"):
        jane.replies(receipt, words)
    jane.replies(question, "Thanks!")
    jane.replies(receipt, "Thank you!", to=f"policy+notices@{D}")
    jane.receives_nothing()
    assert hub.outcomes()[-6:] == ["courtesy"] * 6
    # What says more is heard, and so is yes where nothing was done.
    jane.replies(receipt, "Thanks, but the papers are not what I meant")
    jane.receives("what did you mean?")
    jane.writes(SETTINGS, "", "help")
    jane.replies(jane.receives("works by mail"), "thanks, daily please")
    assert "once a day" in jane.receives("done").get_content()
