"""What decides nothing: words that are not clear, robots, and who has no right to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.addresses import Purpose, Token
from mailhub.app.hub import clock
from tests.conversations import moderating as _moderating
from tests.conversations.moderating import D, shown, state, trail, words
from tests.conversations.people import Person, RunningHub

hub, policy, zones = _moderating.hub, _moderating.policy, _moderating.zones
fay, ned, jane, sue = _moderating.fay, _moderating.ned, _moderating.jane, _moderating.sue


@pytest.mark.parametrize(
    "said",
    ["", "I am not sure we should approve this", "Don't approve this yet", "Is this ok?"],
)
def test_what_is_not_clear_decides_nothing(
    hub: RunningHub, policy: str, fay: Person, sue: Person, said: str
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    fay.replies(notice, said)
    if shown(hub)["trail"][-1]["came_to"] == "unclear":
        hint = fay.receives("Re: Held: Bins")
        assert "nothing is decided" in words(hint)
        assert len(str(hint.get_content()).strip().splitlines()) == 2
        fay.replies(notice, said)  # once a day
        fay.receives_nothing()
    assert state(hub) == "waiting"


def test_robots_decide_nothing_and_are_told_nothing(
    hub: RunningHub, policy: str, fay: Person, sue: Person
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice = fay.receives("Held: Bins")
    fay.replies(notice, "ok", Auto_Submitted="auto-replied")
    fay.replies(notice, "ok", sender="")
    to = str(notice["Reply-To"])
    fay.writes(to, "Automatic reply: Held: Bins", "Yes, I am out of the office until Monday.")
    fay.receives_nothing()
    assert (state(hub), trail(hub)) == ("waiting", [])


def test_a_forged_decision_fails(
    hub: RunningHub, policy: str, fay: Person, ned: Person, jane: Person, sue: Person
) -> None:
    sue.writes(policy, "Bins", "When?")
    notice, theirs = fay.receives("Held"), ned.receives("Held")
    # From another address: a stranger's, a member's, another facilitator's.
    eve = hub.person("Eve", "eve@york.example")
    for person in (eve, jane, ned):
        person.replies(notice, "ok")
        person.receives("from your own address")
    assert trail(hub) == ["wrong-address"] * 3
    # Her address, but a mail that she did not send.
    gil = hub.member("policy", "Gil Orr", "gil@nowhere.example", role="facilitator")
    tokens = hub.hub.tools.site.tokens
    # An old token of hers: told how things stand.
    (number,) = (one.token.object for one in _destinations(hub, notice))
    with hub.hub.database.reading() as session:
        from mailhub.models import Notice

        person_id = session.get_one(Notice, number).person_id or 0
    old = Token(Purpose.HOLD, number, person_id, (clock() - timedelta(days=2)).date())
    fay.writes(tokens.address("policy", old, D), "Re: Held", "ok")
    assert "This is how things stand" in words(fay.receives("Re: Held"))
    # A token for one who is asked nothing.
    odd = Token(Purpose.HOLD, 9999, person_id)
    fay.writes(tokens.address("policy", odd, D), "Re: Held", "ok")
    fay.receives("too late")
    # One who looks after it no more.
    fay.writes(f"policy+settings@{D}", "", "make gil@nowhere.example facilitator")
    hub.settle()
    from mailhub import membership

    with hub.hub.database.writing() as session:
        member = membership.known_membership(
            session, membership.known_community(session, "policy"), "ned@hull.example"
        )
        membership.alter(session, member, "role", {"role": "reader"}, clock())
    ned.replies(theirs, "ok")
    ned.receives_nothing()  # he was told today
    assert trail(hub)[-2:] == ["expired", "not-facilitator"]
    assert state(hub) == "waiting"
    assert gil.mailbox() is not None
    # The same mail brought twice is acted on once.
    raw = (
        f"From: Fay Reid <fay@bath.example>\r\nTo: {notice['Reply-To']}\r\nSubject: Re: Held\r\n"
        f"Message-ID: <once@bath.example>\r\n\r\nreject no\r\n"
    ).encode()
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    for _ in range(2):
        hub.send(raw, "fay@bath.example", to)
    assert state(hub) == "rejected"
    assert trail(hub)[-1] == "decided"
    assert hub.outcomes().count("again") == 1


def _destinations(hub: RunningHub, notice: object) -> list[object]:
    from mailhub import addresses

    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")  # type: ignore[index]
    return list(addresses.destinations(to, D, hub.hub.tools.site.tokens))
