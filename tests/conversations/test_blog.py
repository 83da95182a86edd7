"""Blogs by mail: written, followed, commented on; what each member receives."""

from __future__ import annotations

import smtplib

import pytest

from digests.preview import previews
from mailhub.app.digesting import DOORS
from tests.conversations.digesting import Calendar
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
BLOG = f"policy+blog@{D}"


def test_an_entry_is_published_and_mailed_to_followers_alone(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    jane.writes(BLOG, "A week in waste", "On Monday we counted.")
    receipt = jane.receives("Published: A week in waste")
    assert "https://hub.example.org/c/policy/blog/" in receipt.get_content()
    tom.receives_nothing()

    # Tom follows her, in a mail that is not proven: he is asked first.
    tom.writes(BLOG, "", "Follow Jane please")
    tom.replies(tom.receives("shall we do this?"), "yes")
    assert "You follow Jane Doe from now on" in tom.receives("done").get_content()

    jane.writes(BLOG, "A second week", "On Tuesday we counted again.")
    assert "One member who follows you" in jane.receives("Published").get_content()
    entry = tom.receives("A second week")
    assert entry["From"] == "Jane Doe <jane@leeds.example>"
    assert "policy+r-" in entry["Reply-To"]
    assert entry["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    sue.receives_nothing()


def test_comments_go_to_the_author_the_followers_and_who_commented(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    ann = hub.member("policy", "Ann Other", "ann@bath.example")
    tom.writes(BLOG, "follow jane@leeds.example")
    tom.replies(tom.receives("shall we do this?"), "Yes, that was me.")
    tom.receives("done")
    jane.writes(BLOG, "A week in waste", "On Monday we counted.")
    jane.receives("Published")
    entry = tom.receives("A week in waste")

    # Reply-all reaches the blog's own address too, and is one comment all the same.
    tom.replies(entry, "We did the same.", to=f"{entry['Reply-To']}, {BLOG}")
    comment = jane.receives("Re: A week in waste")
    jane.receives_nothing()
    sue.receives_nothing()

    # Sue finds it in the archive, and answers by the link there; then she is told of what follows.
    sue.writes(str(comment["Reply-To"]), "Re: A week in waste", "So did we, in May.")
    jane.receives("Re: A week in waste")
    tom.receives("Re: A week in waste")
    jane.replies(comment, "Thank you both.")
    tom.receives("Re: A week in waste")
    sue.receives("Re: A week in waste")
    ann.receives_nothing()
    jane.receives_nothing()


def test_a_reply_that_says_follow_follows(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    jane.writes(BLOG, "A week in waste", "On Monday we counted.")
    jane.receives("Published")
    tom.writes(BLOG, "follow Jane")
    tom.replies(tom.receives("shall we do this?"), "yes")
    tom.receives("done")
    jane.writes(BLOG, "Another week", "Again.")
    jane.receives("Published")
    entry = tom.receives("Another week")

    sue.replies(entry, "Follow")
    sue.replies(sue.receives("shall we do this?"), "yes")
    sue.receives("done")
    jane.receives_nothing()  # it was no comment

    tom.replies(entry, "unfollow\n\nTom Price\nCardiff Council")
    tom.replies(tom.receives("shall we do this?"), "yes")
    assert "You follow nobody" in tom.receives("done").get_content()
    jane.writes(BLOG, "A third week", "Again.")
    jane.receives("Published")
    sue.receives("A third week")
    tom.receives_nothing()


def test_a_strangers_entry_is_held_and_published_once_it_is_let_through(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    fay = hub.member("policy", "Fay", "fay@hull.example", role="facilitator")
    hub.settings("policy", undo_window="0")
    hub.settings("policy", strangers="accept")  # that is about discussions
    sam = hub.person("Sam", "sam@shop.example")
    sam.writes(BLOG, "Our prices", "They are low.")
    sam.receives("waits")
    notice = fay.receives("Our prices")
    fay.replies(notice, "approve")
    fay.replies(fay.receives("shall we do this?"), "yes")
    jane.receives_nothing()
    assert hub.outcomes()[-1] == "posted"


def test_where_blogs_are_switched_off_the_address_is_unknown(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    hub.settings("policy", blog="off", events="off")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        jane.writes("policy+events@lists.example.org", "Workshop", "When: 4 June 2027 2pm")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        jane.writes(BLOG, "A week in waste", "On Monday we counted.")
    ((code, _),) = refused.value.recipients.values()
    assert code == 550


def test_who_reads_digests_finds_an_entry_there_and_comments_by_its_number(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example", delivery="weekly")
    ann = hub.member("policy", "Ann Other", "ann@bath.example", delivery="weekly")
    ann.writes(BLOG, "follow Jane Doe")
    ann.replies(ann.receives("shall we do this?"), "yes")
    ann.receives("done")
    weeks = Calendar(hub)
    jane.writes(BLOG, "A week in waste", "On Monday we counted.")
    jane.receives("Published")
    ann.receives("A week in waste")

    weeks.passes()
    digest = sue.receives("Your week")
    assert "A week in waste" in str(digest.get_body(("plain",)))
    ann.receives_nothing()  # she had it when it came
    sue.replies(digest, "1: We counted too.")
    comment = jane.receives("Re: A week in waste")
    assert "We counted too." in str(comment.get_body(("plain",)))
    ann.receives("Re: A week in waste")
    tom.receives_nothing()
    sue.receives("Your answer went to: A week in waste")
    sue.receives_nothing()

    # Whose entry it is would be told what others say to it.
    tools = hub.hub.tools
    (own,) = previews(tools.database, tools.site, DOORS, jane.address, weeks.now)
    assert own.composed is not None
    assert own.composed.subject == "Your week: answers to A week in waste"
    assert "goes on" not in own.composed.text
    assert "a blog entry that is commented on, 1 answer; you began it" in own.composed.text
    assert "We counted too." in own.composed.text
    assert "On Monday" not in own.composed.text
