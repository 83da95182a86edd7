"""What is held on a person is sent to them, or forgotten; what communities keep no longer goes."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.app.hub import clock
from mailhub.library.tables import Document, Version
from mailhub.models import Person as PersonRow
from mailhub.models import Post, PostBody, RawMail
from mailhub.process import keeping
from mailhub.search import find
from mailhub.sight import STRANGER
from tests.conversations import talking as _talking
from tests.conversations.people import Person, RunningHub
from tests.conversations.talking import everything_kept

talk = _talking.talk

HUB = "hub@lists.example.org"


def a_minute_later(hub: RunningHub) -> None:
    """The timer that sends data and forgets people runs."""
    hub.settle()
    keeping.asked_for(hub.hub.tools, None, clock())
    hub.settle()


def file_of(mail: EmailMessage, filename: str) -> bytes:
    """An enclosure of a mail."""
    found = [part for part in mail.iter_attachments() if part.get_filename() == filename]
    assert found, [part.get_filename() for part in mail.iter_attachments()]
    content = found[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_my_data(hub: RunningHub, talk: str, jane: Person, tom: Person) -> None:
    jane.writes(HUB, "", "Please send me all the data you hold on me.")
    question = jane.receives("was it you who asked?")
    a_minute_later(hub)
    jane.receives_nothing()
    jane.replies(question, "yes")
    a_minute_later(hub)
    mail = jane.receives("What we hold on you")
    held = json.loads(file_of(mail, "my-data.json"))
    assert held["person"]["organisation"] == "Leeds"
    assert [one["address"] for one in held["addresses"]] == ["jane@leeds.example"]
    assert [one["community"] for one in held["memberships"]] == ["Policy and Performance"]
    assert {one["subject"] for one in held["posts"]} == {"Indicator 6", "Indicator 7"}
    assert [one["filename"] for one in held["papers_filed"]] == ["Counting.csv"]
    assert held["deliveries"]["sent"] >= 2
    assert "tom@" not in json.dumps(held)
    mbox = file_of(mail, "my-posts-1.mbox")
    assert mbox.count(b"\nSubject: Indicator") == 2
    body = mail.get_body(("plain",))
    assert body is not None
    assert "jane@leeds.example" in body.get_content()
    assert "MAIL SENT TO YOU, BY STATE" in body.get_content()

    # Once a day; and who is nobody here learns no more than that.
    jane.writes(HUB, "", "my data")
    jane.receives("What we hold on you")
    a_minute_later(hub)
    jane.receives_nothing()
    bob = hub.person("Bob Low", "bob@low.example")
    bob.writes(HUB, "", "my data")
    assert "nobody's here" in bob.receives("What we hold on you").get_content()


def test_large_data_come_in_several_mails(
    hub: RunningHub, talk: str, jane: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailhub.privacy.own_posts.mboxes.__defaults__", (0, 100))
    jane.writes(HUB, "", "my data")
    jane.replies(jane.receives("was it you"), "yes")
    a_minute_later(hub)
    a_minute_later(hub)
    first = jane.receives("What we hold on you")
    assert b"Indicator 6" in file_of(first, "my-posts-1.mbox")
    second = jane.receives("What we hold on you, 2")
    assert b"Indicator 7" in file_of(second, "my-posts-2.mbox")
    jane.receives_nothing()


def test_forget_me(hub: RunningHub, talk: str, jane: Person, tom: Person) -> None:
    jane.writes(HUB, "", "forget me")
    question = jane.receives("Shall we forget you?")
    assert "Policy and Performance (contributor): 2 posts, 1 paper" in question.get_content()
    a_minute_later(hub)
    jane.receives_nothing()

    jane.replies(question, "yes")
    a_minute_later(hub)
    done = jane.receives("You have been forgotten")
    assert "2 posts, 1 paper" in done.get_content()
    a_minute_later(hub)
    jane.receives_nothing()

    # Nothing says who she was, but for what Tom wrote himself and our last mail.
    telling = [
        kept
        for kept in everything_kept(hub)
        if any(word in kept for word in ("Doe", "0113", "Leeds", "jane@leeds.example"))
    ]
    others = [kept for kept in telling if "By hand" not in kept]
    assert sorted(kept.split(":")[0] for kept in others) == ["delivery", "outgoing"], others
    assert "You have been forgotten" in "".join(others)

    # The discussion stays one, and can be read.
    with hub.hub.database.reading() as session:
        first = session.scalars(select(Post).where(Post.message_id == talk)).one()
        body = session.get_one(PostBody, first.id)
        assert (first.author_name, first.author_address, first.author_id) == (
            "A former member",
            "",
            None,
        )
        assert body.text == "How do you count it?\n\nBest wishes"
        answer = session.scalars(select(Post).where(Post.parent_id == first.id)).one()
        assert answer.author_name == "Tom Price"
        raw = session.get_one(RawMail, first.inbound_id).raw
        assert b"A former member" in raw
        assert f"Message-ID: <{talk}>".encode() in raw
        assert session.scalars(select(Document)).one().title
        assert find(session, STRANGER, "count").total
        assert not find(session, STRANGER, "Doe").total

    # Mail to her address finds a stranger, and she can come back as one.
    tom.writes("policy@lists.example.org", "Indicator 8", "Next.")
    jane.receives_nothing()
    jane.writes("policy+join@lists.example.org")
    jane.replies(jane.receives("Join Policy"), "yes")
    jane.receives("Welcome")
    with hub.hub.database.reading() as session:
        named = session.scalars(select(PersonRow.name).where(PersonRow.name != "")).all()
        assert sorted(named) == ["Jane Doe", "Tom Price"]


def test_the_last_organiser_who_is_forgotten_leaves_no_community_unseen(
    hub: RunningHub, policy: str
) -> None:
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="organiser")
    hub.member("policy", "Ned Ash", "ned@hull.example", role="facilitator")
    steward = hub.person("Steward", "steward@hub.example")
    fay.writes(HUB, "", "forget me")
    question = fay.receives("Shall we forget you?")
    assert "You may want to name another first" in question.get_content()
    fay.replies(question, "yes")
    told = steward.receives("Communities without an organiser").get_content()
    assert "Policy and Performance (policy@lists.example.org)" in told
    assert "Fay" not in told


def test_forget_everything(
    hub: RunningHub, talk: str, jane: Person, tom: Person, tmp_path: Path
) -> None:
    tom.receives_nothing()
    jane.writes(HUB, "", "Please erase me")
    jane.replies(jane.receives("Shall we forget you?"), "Yes, everything please.")
    a_minute_later(hub)
    jane.receives("You have been forgotten")
    with hub.hub.database.reading() as session:
        first = session.scalars(select(Post).where(Post.message_id == talk)).one()
        assert session.get_one(PostBody, first.id).text == "Whoever wrote this has taken it back."
        assert not session.scalars(select(Version)).all()
        assert not find(session, STRANGER, "Counting").total


def test_no_is_no(hub: RunningHub, jane: Person) -> None:
    jane.writes(HUB, "", "forget me")
    jane.replies(jane.receives("Shall we forget you?"), "No, I have changed my mind")
    jane.receives("Re:")
    a_minute_later(hub)
    with hub.hub.database.reading() as session:
        assert membership.person_of(session, "jane@leeds.example") is not None
