"""Two hubs whose communities are members of each other: a mail goes round once, and no further."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mailhub import holds
from mailhub.settings import Settings
from tests.conversations.deciding import decided
from tests.conversations.people import RunningHub, running

NORTH, SOUTH = "policy@lists.north.example", "policy@lists.south.example"
ROUNDS = 5


def hub_at(folder: Path, address: str, pair: dict[str, Any]) -> Settings:
    return Settings(
        data_dir=folder,
        domain=address.partition("@")[2],
        smtp_listen="127.0.0.1:0",
        **pair,
    )


def goes_round(north: RunningHub, south: RunningHub, seen: dict[str, int]) -> list[int]:
    """Hand over what each has for the other, until there is nothing: how many mails in each round."""
    rounds = []
    for _ in range(ROUNDS):
        handed = 0
        for here, there, to in ((north, south, SOUTH), (south, north, NORTH)):
            here.settle()
            domain = to.partition("@")[2]
            mine = [one for one in here.courier.sent if one.recipient.endswith(f"@{domain}")]
            for copy in mine[seen.get(domain, 0) :]:
                there.send(copy.raw, copy.sender, copy.recipient)
                there.settle()
                handed += 1
            seen[domain] = len(mine)
        if not handed:
            return rounds
        rounds.append(handed)
    raise AssertionError(f"it goes on: {rounds}")


def approved(hub: RunningHub) -> None:
    """The operator lets everything through that waits."""
    hub.settle()
    with hub.hub.database.writing() as session:
        for held in holds.waiting(session):
            decided(session, held["id"], "approve")
    hub.settle()


def test_two_hubs_that_subscribe_to_each_other_stop_after_one_round(tmp_path: Path) -> None:
    with (
        running(hub_at(tmp_path / "north", NORTH, {})) as north,
        running(hub_at(tmp_path / "south", SOUTH, {})) as south,
    ):
        seen: dict[str, int] = {}
        for hub, other in ((north, SOUTH), (south, NORTH)):
            hub.community("policy", "Policy", strangers="accept", implicit="accept")
            hub.member("policy", "The others", other)
        jane = north.member("policy", "Jane Doe", "jane@leeds.example")
        tom = south.member("policy", "Tom Price", "tom@cardiff.example")

        # What another list sent on waits for a person; neither hub answers the other.
        jane.writes(NORTH, "Bins", "When are they emptied?")
        assert goes_round(north, south, seen) == [1]
        tom.receives_nothing()
        # If somebody lets it through, it comes back to where it began, which knows it.
        approved(south)
        assert "emptied?" in tom.receives("Bins").get_content()
        assert goes_round(north, south, seen) == [1]
        approved(north)
        assert goes_round(north, south, seen) == []
        jane.receives_nothing()

        # A command in the other's name, as somebody would forge it, ends with one question.
        for command in ("join", "help", "settings", "leave"):
            raw = f"From: {NORTH}\r\nSubject: {command}\r\nMessage-ID: <{command}@x>\r\n\r\n{command}\r\n"
            south.send(raw.encode(), NORTH, f"policy+{command}@lists.south.example")
        first, *others = [*goes_round(north, south, seen), 0]
        assert first <= 4
        assert not any(others)
        jane.receives_nothing()
        tom.receives_nothing()
