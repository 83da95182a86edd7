"""After the fact, by mail: facilitators close, pin, move, split, merge and remove by replying, and what they
write to do so is never posted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailhub.models import Change, Community, Post, Thread
from tests.conversations.moderating import (
    D,
    begun,
    fay,
    hub,
    jane,
    ned,
    policy,
    rows,
    sue,
    words,
    zones,
)
from tests.conversations.people import Person, RunningHub

__all__ = ["fay", "hub", "jane", "ned", "policy", "sue", "zones"]


@pytest.fixture
def tom(hub: RunningHub, policy: str) -> Person:
    """Tom, a member whose mail is not proven."""
    return hub.member("policy", "Tom Price", "tom@cardiff.example")


def thread(hub: RunningHub, subject: str) -> Thread:
    """The discussion that begins so."""
    found = select(Thread).where(Thread.subject == subject, Thread.merged_into_id.is_(None))
    return rows(hub, found.where(Thread.post_count > 0))[0]


def posts(hub: RunningHub) -> list[str]:
    return rows(hub, select(Post.subject).order_by(Post.id))


def test_a_discussion_is_closed_by_a_reply_of_one_line_which_nobody_else_gets(
    hub: RunningHub, policy: str, jane: Person, fay: Person, tom: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    tom.receives("Bins")
    fay.replies(post, "Close this thread please.\n\nThanks\nFay")
    receipt = fay.receives("done")
    said = words(receipt)
    assert '"Bins" is closed.' in said
    assert "To undo this, reply: undo" in said
    assert '"Bins", in Policy, has 1 mail; it is closed.' in said
    assert "/c/policy/threads/" in said
    assert "Role:" not in said  # her own settings are none of this
    jane.receives_nothing()
    tom.receives_nothing()
    assert posts(hub) == ["Bins"]

    # Jane cannot go on; Fay can undo, and how things stand is told again.
    jane.replies(post, "We burn them.")
    assert "closed" in words(jane.receives("waits"))
    fay.receives("Held")
    fay.replies(receipt, "undo")
    undone = words(fay.receives("done"))
    assert "the discussion is open" in undone
    assert "Role:" not in undone
    assert thread(hub, "Bins").closed_at is None


def test_again_says_that_it_was_so_before_and_a_receipt_can_be_answered(
    hub: RunningHub, policy: str, jane: Person, fay: Person, ned: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "close this discussion")
    receipt = fay.receives("done")
    ned.replies(ned.receives("Bins"), "Please close this thread")
    assert "had been closed before" in words(ned.receives("nothing to change"))
    fay.replies(receipt, "Open it again, please")
    assert "is open again" in words(fay.receives("done"))
    fay.replies(receipt, "pin it")
    assert "stands above the other discussions" in words(fay.receives("done"))
    assert thread(hub, "Bins").pinned_at is not None
    fay.replies(post, "unpin this thread")
    fay.receives("done")
    assert thread(hub, "Bins").pinned_at is None


def test_what_could_be_meant_for_the_members_is_posted(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    for number, said in enumerate(
        (
            "We should close this thread. It is going nowhere.",
            "Can we close this thread?",
            "Close this thread if nobody objects",
            "close",
            "Close this thread\n\nWe meet on Monday to talk about it.",
        ),
        2,
    ):
        fay.replies(post, said)
        assert len(posts(hub)) == number, said
    assert thread(hub, "Bins").closed_at is None


def test_who_does_not_look_after_it_is_told_privately(
    hub: RunningHub, policy: str, jane: Person, fay: Person, tom: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    tom.receives("Bins")
    tom.replies(post, "Close this thread please")
    hint = words(tom.receives("not sent to the members"))
    assert f"policy+facilitators@{D}" in hint
    jane.receives_nothing()
    assert thread(hub, "Bins").closed_at is None
    assert posts(hub) == ["Bins"]


def test_a_facilitator_whose_mail_is_not_proven_is_asked_once(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    liz = hub.member("policy", "Liz Orr", "liz@elsewhere.example", role="facilitator")
    post = begun(hub, policy, jane, fay)
    liz.receives("Bins")
    liz.replies(post, "Remove this post")
    question = liz.receives("shall we do this?")
    assert 'Take what Jane Doe wrote in "Bins" out of the archive' in words(question)
    assert rows(hub, select(Post.gone)) == [""]
    liz.replies(question, "yes")
    assert "is out of the archive" in words(liz.receives("done"))
    assert rows(hub, select(Post.gone)) == ["removed"]
    assert posts(hub) == ["Bins"]


def test_a_post_is_removed_and_restored(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "Remove this post")
    receipt = fay.receives("done")
    assert "What is in people's mailboxes stays there." in words(receipt)
    assert rows(hub, select(Post.gone)) == ["removed"]
    fay.replies(receipt, "undo")
    assert "in the archive again" in words(fay.receives("done"))
    assert rows(hub, select(Post.gone)) == [""]
    fay.replies(post, "take this post down")
    fay.receives("done")
    fay.replies(post, "restore this post")
    fay.receives("done")
    assert rows(hub, select(Post.gone)) == [""]


def test_a_discussion_moves_only_where_its_mover_looks_after_both(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    hub.community("housing", "Housing and Planning")
    hub.community("jobs", "Jobs")
    hub.member("housing", fay.name, fay.address, role="facilitator")
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "Move this thread to Jobs")
    assert '"Jobs" is no community that you look after' in words(fay.receives("nothing"))
    fay.replies(post, "please move this thread to the Housing and Planning community")
    receipt = fay.receives("done")
    assert "is in Housing and Planning now" in words(receipt)
    assert "/c/housing/threads/" in words(receipt)
    fay.replies(receipt, "undo")
    assert "in Policy again" in words(fay.receives("done"))
    here = rows(hub, select(Community.slug).join(Thread).where(Thread.subject == "Bins"))
    assert here == ["policy"]


def test_where_more_would_read_it_a_move_is_asked_about(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    hub.community("housing", "Housing", visibility="open")
    hub.settings("policy", visibility="closed")
    hub.member("housing", fay.name, fay.address, role="facilitator")
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "move this thread to housing")
    question = fay.receives("shall we do this?")
    assert 'Move "Bins" to housing' in words(question)
    fay.replies(question, "yes")
    assert "is in Housing now" in words(fay.receives("done"))


def test_a_discussion_is_taken_apart_and_made_one(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    jane.replies(post, "By the way: who has a crane?")
    aside = fay.receives("Bins")
    fay.replies(post, "split this thread here")
    assert "begins with that mail" in words(fay.receives("nothing"))
    fay.replies(aside, "split this thread here")
    receipt = fay.receives("done")
    assert "begins a discussion of its own" in words(receipt)
    begins = rows(hub, select(Thread.id).where(Thread.post_count > 0).order_by(Thread.id))
    assert len(begins) == 2
    fay.replies(aside, f"merge this thread with https://x.example/c/policy/threads/{begins[0]}")
    assert 'part of "Bins"' in words(fay.receives("done"))
    assert len(rows(hub, select(Thread.id).where(Thread.post_count > 0))) == 1
    fay.writes(f"policy+settings@{D}", "", "undo")
    assert "two discussions again" in words(fay.receives("done"))
    assert len(rows(hub, select(Thread.id).where(Thread.post_count > 0))) == 2


def test_at_the_facilitators_address_it_is_done_and_the_rest_goes_to_the_others(
    hub: RunningHub, policy: str, jane: Person, fay: Person, ned: Person
) -> None:
    begun(hub, policy, jane, fay)
    ned.receives("Bins")
    number = thread(hub, "Bins").id
    fay.writes(
        f"policy+facilitators@{D}", "Bins", f"close https://x.example/c/policy/threads/{number}"
    )
    assert '"Bins" is closed' in words(fay.receives("done"))
    ned.receives_nothing()
    fay.writes(f"policy+settings@{D}", "", f"open #{number}\npin #{number}")
    assert "is open again" in words(fay.receives("done"))
    assert thread(hub, "Bins").pinned_at is not None
    fay.writes(f"policy+facilitators@{D}", "Bins", "Shall we close Bins?")
    assert "Shall we close Bins?" in words(ned.receives("Bins"))
    fay.receives("Bins")
    fay.writes(f"policy+settings@{D}", "", "close")
    assert "which discussion you mean" in words(fay.receives("nothing"))
    fay.writes(f"policy+settings@{D}", "", "close #4711")
    assert "which discussion you mean" in words(fay.receives("nothing"))


def test_everything_leaves_its_line_in_the_trail_and_others_changes_stay(
    hub: RunningHub, policy: str, jane: Person, fay: Person, ned: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "close this thread")
    receipt = fay.receives("done")
    ned.replies(ned.receives("Bins"), "reopen this thread")
    ned.receives("done")
    ned.replies(post, "close this thread")
    ned.receives("done")
    fay.replies(receipt, "undo")
    assert "nothing to undo" in words(fay.receives("nothing"))
    assert thread(hub, "Bins").closed_at is not None
    told = rows(hub, select(Change.what).where(Change.of == "thread").order_by(Change.id))
    assert told == ["closed", "opened", "closed"]
