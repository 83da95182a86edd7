"""Whose mail waits from now on: who is trusted, who is moderated, who is banned."""

from __future__ import annotations

from sqlalchemy import select

from mailhub.models import Membership
from mailhub.models import Person as Known
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, rows, state, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue


def one_is_held(policy: str, author: Person, fay: Person, word: str) -> None:
    """A first mail is held, and its notice answered with one word."""
    author.writes(policy, "One", "First.")
    fay.replies(fay.receives("Held: One"), word)


def test_who_is_trusted_is_held_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    one_is_held(policy, sue, fay, "trust")
    jane.receives("One")
    sue.writes(policy, "Two", "Second.")
    jane.receives("Two")


def test_trust_is_taken_back_by_mail(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    one_is_held(policy, sue, fay, "trust")
    jane.receives("One")
    later = words(fay.receives("Re: Held: One"))
    assert f"write to policy+settings@{D}: stop trusting sue@elsewhere.example" in later
    fay.receives("One")
    fay.writes(f"policy+settings@{D}", "", "stop trusting sue@elsewhere.example")
    assert "like anybody else" in words(fay.receives("done"))
    sue.writes(policy, "Two", "Second.")
    fay.receives("Held: Two")
    jane.receives_nothing()


def test_a_moderated_member_who_is_trusted_is_moderated_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person
) -> None:
    fay.writes(f"policy+settings@{D}", "", "moderate jane@leeds.example")
    fay.receives("done")
    one_is_held(policy, jane, fay, "trust")
    fay.receives("Re: Held: One")
    fay.receives("One")
    jane.writes(policy, "Two", "Second.")
    fay.receives("Two")


def test_who_is_banned_is_taken_from_no_more(
    hub: RunningHub, policy: str, fay: Person, jane: Person, sue: Person
) -> None:
    one_is_held(policy, sue, fay, "ban")
    assert "unban sue@elsewhere.example" in words(fay.receives("Re: Held"))
    assert state(hub) == "discarded"
    sue.writes(policy, "Two", "Second.")
    fay.receives_nothing()
    assert hub.outcomes()[-1] == "refused: banned"
    fay.writes(f"policy+settings@{D}", "", "unban sue@elsewhere.example")
    fay.receives("done")
    sue.writes(policy, "Three", "Third.")
    fay.receives("Held: Three")


def test_who_is_banned_does_not_come_back_by_themselves(
    hub: RunningHub, policy: str, fay: Person, jane: Person
) -> None:
    """Not by joining, where that is open to all, from no address of theirs, and not by taking back that they left."""
    jane.writes(f"policy+leave@{D}", "", "")
    left = jane.receives("Policy: done")
    fay.writes(f"policy+settings@{D}", "", "ban jane@leeds.example")
    fay.receives("done")
    jane.replies(left, "undo")
    jane.receives("Policy")
    jane.writes(f"policy+join@{D}", "", "join")
    jane.writes(f"hub@{D}", "join policy", "")
    assert rows(hub, select(Known.name).join(Membership)) == ["Fay Reid"]
    fay.writes(f"policy+settings@{D}", "", "unban jane@leeds.example")
    fay.receives("done")
    jane.writes(f"policy+join@{D}", "", "join")
    jane.replies(jane.receives("Join"), "yes")
    jane.receives("Welcome")
