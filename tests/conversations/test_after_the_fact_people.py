"""After the fact, by mail: whose posts wait, who may only read, who is banned."""

from __future__ import annotations

from sqlalchemy import select

from mailhub.models import Membership
from mailhub.models import Person as Somebody
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, begun, rows, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane = _moderating.fay, _moderating.ned, _moderating.jane


def posting(hub: RunningHub, address: str) -> list[str]:
    found = select(Membership.posting).join(Somebody, Somebody.id == Membership.person_id)
    return rows(hub, found.where(Somebody.name == address))


def test_a_member_is_moderated_may_only_read_and_is_free_again(
    hub: RunningHub, policy: str, jane: Person, fay: Person
) -> None:
    post = begun(hub, policy, jane, fay)
    fay.replies(post, "Moderate this member")
    receipt = fay.receives("done")
    assert "jane@leeds.example writes to Policy is held" in words(receipt)
    jane.writes(policy, "More bins", "And more.")
    jane.receives("waits")
    fay.receives("Held")
    fay.replies(receipt, "undo")
    assert "may write to Policy as before" in words(fay.receives("done"))
    assert posting(hub, "Jane Doe") == ["free"]
    fay.writes(f"policy+settings@{D}", "", "set jane@leeds.example to read-only")
    assert "cannot write to it" in words(fay.receives("done"))
    jane.writes(policy, "Bins again", "And again.")
    jane.receives("not posted")
    fay.writes(f"policy+settings@{D}", "", "let jane@leeds.example post freely")
    fay.receives("done")
    assert posting(hub, "Jane Doe") == ["free"]


def test_an_address_is_banned_and_the_ban_is_lifted(
    hub: RunningHub, policy: str, jane: Person, fay: Person, ned: Person
) -> None:
    fay.writes(f"policy+settings@{D}", "", "ban jane@leeds.example")
    receipt = fay.receives("done")
    assert "a member no more" in words(receipt)
    assert posting(hub, "Jane Doe") == []
    fay.replies(receipt, "undo")
    assert "jane@leeds.example is a member of Policy again" in words(fay.receives("done"))
    assert posting(hub, "Jane Doe") == ["free"]
    jane.writes(policy, "Here again", "Hello.")
    fay.receives("Here again")
    fay.writes(f"policy+settings@{D}", "", "ban ned@hull.example")
    assert "look after Policy as you do" in words(fay.receives("nothing"))
    fay.writes(f"policy+settings@{D}", "", "ban sue@elsewhere.example\ntrust tim@elsewhere.example")
    fay.receives("done")
    fay.writes(f"policy+settings@{D}", "", "unban sue@elsewhere.example")
    assert "is not banned" in words(fay.receives("done"))
    fay.writes(f"policy+settings@{D}", "", "unban sue@elsewhere.example")
    assert "Nothing had to change" in words(fay.receives("nothing"))
