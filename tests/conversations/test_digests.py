"""A digest by mail, and what people say to it."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from digests import run
from mailhub import membership
from mailhub.app.digesting import DOORS
from mailhub.app.hub import clock
from mailhub.events.tables import Attendance, Event
from mailhub.models import Address, Delivery, Post, Thread
from mailhub.privacy import posts as privacy_posts
from tests.conversations.digesting import Calendar
from tests.conversations.people import Person, RunningHub


def test_one_mail_a_week(hub: RunningHub, policy: str, tom: Person) -> None:
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example", delivery="weekly")
    weeks = Calendar(hub)
    tom.writes(policy, "Indicator 6", "How do you count it?")
    hub.settle()
    tom.writes(policy, "Bins", "We collect every second week. Who else does?")
    jane.receives_nothing()
    # What she began herself: she is told what others say, and it is not what her week begins with.
    jane.writes(policy, "Costs", "Who knows them?")
    tom.replies(tom.receives("Costs"), "Ask Sue.")
    hub.settle()
    jane.writes(policy, "Re: Costs", "Thank you!")
    hub.settle()

    weeks.passes()
    digest = jane.receives("Your week: Bins and 2 more")
    text = words(digest)
    assert re.search(r"Your week: \d+[\w ]* to \d+ [\w ]+\n", text)
    assert "3 things are new in Policy and Performance." in text
    assert (
        "1. Costs\nPolicy and Performance: continued, 2 answers; you began it\nTom Price, Cardiff\nAsk Sue.\n"
    ) in text
    assert "2. Bins\n" in text
    assert "3. Indicator 6\n" in text
    assert "How do you count it?" in text
    assert "Answer to:" not in text
    html = str(digest.get_body(("html",)).get_content())
    assert "How do you count it?" in html
    assert "Answer number 3 by mail" in html
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    # Nothing more happened: nothing comes.
    weeks.passes()
    jane.receives_nothing()


def words(mail: EmailMessage) -> str:
    """The text of a mail, with plain line ends."""
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


@pytest.fixture
def jane(hub: RunningHub, policy: str) -> Person:
    """Jane Doe, who reads by the week."""
    return hub.member("policy", "Jane Doe", "jane@leeds.example", delivery="weekly")


@pytest.fixture
def digest(hub: RunningHub, policy: str, jane: Person, tom: Person) -> EmailMessage:
    """Jane's digest: 1 Bins, 2 Indicator 6."""
    weeks = Calendar(hub)
    tom.writes(policy, "Indicator 6", "How do you count it?")
    hub.settle()
    tom.writes(policy, "Bins", "We collect every second week. Who else does?")
    weeks.passes()
    return jane.receives("Your week")


def test_an_answer_by_number_goes_into_its_thread(
    hub: RunningHub, jane: Person, tom: Person, digest: EmailMessage
) -> None:
    jane.replies(digest, "2: By the week, with a shared service.\n\nThanks,\nJane")
    answer = tom.receives("Re: Indicator 6")
    assert answer["From"] == "Jane Doe <jane@leeds.example>"
    assert "By the week, with a shared service." in words(answer)
    assert "Tom Price wrote:\n> How do you count it?\n\nBy the week," in words(answer)
    assert "Bins" not in words(answer)
    assert "r-" in answer["Reply-To"]
    assert hub.outcomes().count("posted") == 3
    tom.receives_nothing()
    receipt = jane.receives("Your answer went to: Indicator 6")
    assert "2. Indicator 6 (Policy and Performance)\n" in words(receipt)
    jane.replies(receipt, "Thanks!")
    jane.receives_nothing()
    jane.replies(receipt, "2: And by the month.")
    assert "And by the month." in words(tom.receives("Re: Indicator 6"))


def test_several_answers_in_one_reply(jane: Person, tom: Person, digest: EmailMessage) -> None:
    jane.replies(digest, "1: We do too.\n2: By the month.\nmonthly please")
    first, second = tom.receives("Re: "), tom.receives("Re: ")
    told = {str(mail["Subject"]): words(mail) for mail in (first, second)}
    assert "We do too." in told["Re: Bins"]
    assert "By the month." in told["Re: Indicator 6"]
    assert "monthly" not in told["Re: Indicator 6"]
    receipts = {
        str(mail["Subject"]): words(mail) for mail in (jane.receives(""), jane.receives(""))
    }
    assert "1. Bins (Policy" in receipts.pop("Your 2 answers went out")
    assert "once a month" in next(iter(receipts.values()))


def test_words_under_what_is_quoted(jane: Person, tom: Person, digest: EmailMessage) -> None:
    quoted = "".join(f"> {line}\n" for line in words(digest).splitlines())
    cut = quoted.index("> 2. Indicator 6")
    jane.writes(
        str(digest["Reply-To"]),
        f"Re: {digest['Subject']}",
        f"On 3 Nov 2026 Your communities wrote:\n{quoted[:cut]}\nSo do we.\n\n{quoted[cut:]}\n",
        In_Reply_To=str(digest["Message-ID"]),
    )
    assert "So do we." in words(tom.receives("Re: Bins"))
    tom.receives_nothing()


def test_what_cannot_be_placed_is_asked_about(
    hub: RunningHub, jane: Person, tom: Person, digest: EmailMessage
) -> None:
    jane.replies(digest, "Interesting, we should all meet about this some day.")
    question = jane.receives("Which one is your answer about?")
    assert "1. Bins" in words(question)
    assert "2. Indicator 6" in words(question)
    tom.receives_nothing()
    jane.replies(question, "2 please")
    assert "we should all meet" in words(tom.receives("Re: Indicator 6"))
    jane.receives("Your answer went to: Indicator 6")
    # Once is enough.
    jane.replies(question, "1")
    jane.receives("too old")
    tom.receives_nothing()


def test_a_digest_that_is_answered_to_the_list_is_never_posted_whole(
    policy: str, jane: Person, tom: Person, digest: EmailMessage
) -> None:
    jane.replies(digest, "I wonder.", to=policy)
    jane.receives("Which one")
    body = "".join(f"> {line}\n" for line in words(digest).splitlines())
    jane.writes(policy, "Your week", f"I wonder again.\n\nOn Monday the hub wrote:\n{body}")
    jane.receives("Which one")
    tom.receives_nothing()


def test_more(jane: Person, tom: Person, digest: EmailMessage) -> None:
    jane.replies(digest, "more 1")
    whole = jane.receives("Bins")
    told = words(whole)
    assert re.search(r"\nTom Price, \d+ \w+ \d{4}, \d\d:\d\d \(UK time\)\n\nWe collect every", told)
    jane.replies(whole, "1: We do.")
    assert "We do." in words(tom.receives("Re: Bins"))


def test_the_link_of_one_thing(jane: Person, tom: Person, digest: EmailMessage) -> None:
    html = str(digest.get_body(("html",)).get_content())
    address = unquote(re.findall(r'mailto:([^"?]+)\?', html)[1])
    jane.writes(address, "Re: Indicator 6", "By the day.")
    assert "By the day." in words(tom.receives("Re: Indicator 6"))


def test_nobody_elses_digest(hub: RunningHub, tom: Person, digest: EmailMessage) -> None:
    tom.replies(digest, "1: I say this in her place.")
    tom.receives("sent to somebody else")
    assert hub.outcomes().count("posted") == 2


def test_one_click_ends_digests(hub: RunningHub, jane: Person, digest: EmailMessage) -> None:
    off = re.search(r"<mailto:(\S+?)\?", str(digest["List-Unsubscribe"]))
    assert off
    jane.writes(off[1], "unsubscribe", "")
    assert hub.outcomes()[-1] == "unsubscribed"
    jane.receives_nothing()


def test_an_event_is_answered_in_a_digest(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    weeks = Calendar(hub)
    day = clock().date() + timedelta(days=30)
    tom.writes(
        "policy+events@lists.example.org",
        "Indicators, a workshop",
        f"When: {day:%d %B %Y} 2pm to 4pm\nWhere: Leeds Town Hall\n",
    )
    hub.settle()
    weeks.passes()
    came = {str(mail["Subject"]): mail for mail in jane.mailbox()}
    digest = next(mail for subject, mail in came.items() if "Your week" in subject)
    assert "Indicators, a workshop" in words(digest)
    assert "Leeds Town Hall" in " ".join(words(digest).split())
    jane.replies(digest, "1: yes please")
    hub.settle()
    with hub.hub.database.reading() as session:
        answers = session.scalars(
            select(Attendance.answer)
            .join(Address, Address.person_id == Attendance.person_id)
            .where(Address.address == jane.address)
        ).all()
    assert answers == ["yes"]


def test_what_is_called_off_says_so_and_stands_last(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    events = "policy+events@lists.example.org"
    day = clock().date() + timedelta(days=30)
    tom.writes(events, "Workshop", f"When: {day:%d %B %Y} 2pm to 4pm")
    receipt = tom.receives("Announced")
    with hub.hub.database.writing() as session:  # digests told of it long ago
        session.execute(update(Event).values(created_at=clock() - timedelta(days=20)))
    tom.replies(receipt, "cancel")
    hub.settle()
    weeks = Calendar(hub)
    tom.writes(events, "Came and went", f"When: {day:%d %B %Y} 2pm to 4pm")
    tom.receives("Cancelled: Workshop")
    tom.replies(tom.receives("Announced"), "cancel")
    tom.writes(events, "Lunch", f"When: {day + timedelta(days=1):%d %B %Y} 1pm")
    weeks.passes()
    digest = jane.receives("Your week: Lunch and 1 more")
    assert (
        "2. Cancelled: Workshop\nPolicy and Performance: an event that will not take place\n"
        in (words(digest))
    )
    assert "Came and went" not in words(digest)


def test_what_was_forgotten_is_not_in_a_digest_any_more(
    hub: RunningHub, policy: str, jane: Person, tom: Person, digest: EmailMessage
) -> None:
    with hub.hub.database.writing() as session:
        thread = session.scalars(select(Thread).where(Thread.subject == "Bins")).one()
        posts = list(session.scalars(select(Post.id).where(Post.thread_id == thread.id)))
        privacy_posts.take_words(
            session, hub.hub.tools.site, posts, "forgotten", words=lambda said: ""
        )
    jane.replies(digest, "more 1")
    answer = jane.receives("cannot be done")
    assert "2. Indicator 6" in words(answer)
    assert "1. Bins" not in words(answer).partition("On 3 Nov")[0]


def test_who_has_left_meanwhile_gets_nothing(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    hub.community("housing", "Housing")
    hub.member("housing", "Jane Doe", jane.address, delivery="weekly")
    Calendar(hub)
    tom.writes(policy, "Bins", "When?")
    hub.settle()
    tools = hub.hub.tools
    later = clock() + timedelta(days=7, minutes=2)
    # Made, but not sent yet; then she leaves where it happened.
    run.run(tools.database, tools.site, DOORS, later, clock() + timedelta(hours=1))
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        assert membership.remove(session, community, jane.address, clock())
        session.execute(update(Delivery).values(due_at=clock() - timedelta(minutes=1)))
    hub.settle()
    jane.receives_nothing()
