"""kill -9 while a newsletter is queued and sent: everybody gets it, once, but for those whose answer had not come
when the hub died, which are counted."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digests.bulletins import keeping
from mailhub import membership
from mailhub.app.hub import clock
from mailhub.models import Bulletin
from tests.crash.relay import RememberingRelay
from tests.crash.whole_hub import ALL_IN_ONE, APART, WholeHub

PEOPLE, KILLS = 6_000, 30


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_everybody_gets_it_once(tmp_path: Path, pair: dict[str, Any]) -> None:
    dice = random.Random(2026)
    with RememberingRelay() as relay:
        roles = APART if pair["redis_url"] else ALL_IN_ONE
        hub = WholeHub(tmp_path, relay.url, roles, members=PEOPLE, **pair)
        now = clock()
        with hub.hub.database.writing() as session:
            bulletin = keeping.begin(
                session,
                "newsletter",
                "To all",
                "Words.",
                now,
                state="asked",
                by=membership.OPERATOR,
            )
            keeping.queue(session, bulletin, now - timedelta(hours=1), by=membership.OPERATOR)
        moments = sorted(dice.randrange(PEOPLE) for _ in range(KILLS))
        with hub:
            for number, moment in enumerate(moments):
                if number % 3:
                    relay.wait_for(moment, within=120)  # else while its copies are queued
                hub.kill()
                hub.start()
            relay.wait_for(PEOPLE, within=300)
            hub.settle(within=300)
            repeated = hub.repeated()
        assert {recipient for recipient, _ in relay.copies} == set(hub.members)
        assert len({message_id for _, message_id in relay.copies}) == 1
        twice = relay.twice().total()
        print(f"kills {KILLS}, people {PEOPLE}, twice {twice}, counted {repeated}")
        assert twice <= repeated
        assert twice <= 2 * relay.in_flight.total()
        with hub.hub.database.reading() as session:
            (one,) = session.scalars(select(Bulletin)).all()
            assert (one.state, one.people) == ("gone", PEOPLE)
