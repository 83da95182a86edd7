"""kill -9 while digests are made and sent: everybody gets theirs, once, but for those whose answer had not
come when the hub died, which are counted."""

from __future__ import annotations

import random
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digests import due
from digests.due import Schedule
from mailhub.app.hub import clock
from mailhub.models import Address, Digest, DigestRun, Membership, Person
from tests.crash.relay import RememberingRelay
from tests.crash.whole_hub import ALL_IN_ONE, APART, WholeHub
from tests.digests import town

SIZES = [
    pytest.param(2, 300, id="short"),
    pytest.param(30, 4_000, id="long", marks=pytest.mark.long),
]


def due_now(hub: WholeHub, people: int) -> set[str]:
    """So many people whose weekly digests are due, and not made yet; their addresses."""
    now = clock()
    local = now - timedelta(hours=2)
    schedule = Schedule("weekly", local.weekday(), local.hour, "UTC")
    until = due.last(schedule, now)
    settings = {"zone": "UTC", "digest_day": schedule.day, "digest_hour": schedule.hour}
    dice = random.Random(3)
    with hub.hub.database.writing() as session:
        made = town.found(
            session,
            dice,
            until - timedelta(days=20),
            communities=5,
            people=people,
            settings=[settings],
        )
        session.add(
            DigestRun(
                frequency="weekly",
                day=schedule.day,
                hour=schedule.hour,
                zone="UTC",
                until=until - timedelta(days=7),
                since=until - timedelta(days=14),
            )
        )
        for community_id in made.communities:
            members = made.members[community_id] or made.people
            for day in range(3):
                at = until.astimezone(UTC) - timedelta(days=day + 1)
                town.discussion(session, dice, community_id, members[:1], at)
        return set(
            session.scalars(
                select(Address.address)
                .join(Person, Person.id == Address.person_id)
                .join(Membership, Membership.person_id == Person.id)
                .where(
                    Membership.delivery == "weekly",
                    Person.id.not_in(
                        [made.members[c][0] for c in made.communities if made.members[c]]
                    ),
                )
            )
        )


@pytest.mark.parametrize(("kills", "people"), SIZES)
def test_everybody_gets_theirs_once(
    tmp_path: Path, pair: dict[str, Any], kills: int, people: int
) -> None:
    dice = random.Random(2026)
    with RememberingRelay() as relay:
        apart = bool(pair["redis_url"])
        hub = WholeHub(tmp_path, relay.url, APART if apart else ALL_IN_ONE, members=2, **pair)
        expected = due_now(hub, people)
        moments = sorted(dice.randrange(len(expected)) for _ in range(kills))
        with hub:
            for moment in moments:
                if moment % 3:
                    relay.wait_for(moment, within=120)  # else while they are made
                hub.kill()
                hub.start()
            relay.wait_for(len(expected), within=300)
            hub.settle(within=300)
            repeated = hub.repeated()
        got = {recipient for recipient, _ in relay.copies}
        assert expected <= got
        with hub.hub.database.reading() as session:
            marks = session.scalars(select(Digest.person_id)).all()
        assert len(marks) == len(set(marks)) == people
        digests = {message_id for _, message_id in relay.copies}
        assert len(digests) == len(got), "somebody has two digests"
        twice = relay.twice()
        print(f"kills {kills}, people {people}, twice {twice.total()}, counted {repeated}")
        assert twice.total() <= repeated
        assert twice.total() <= 2 * relay.in_flight.total()
