"""kill -9 in the middle of a flood, to the whole hub and to a worker alone: every mail that was
answered with 250 is posted once and reaches every member; what came twice was under way and is counted.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.crash.relay import RememberingRelay
from tests.crash.senders import Flood, message_id
from tests.crash.whole_hub import ALL_IN_ONE, APART, WholeHub

SIZES = [
    pytest.param(2, 150, 10, id="short"),
    pytest.param(30, 3_000, 50, id="long", marks=pytest.mark.long),
]
AHEAD = 100  # mails that the senders may be ahead of what came out


@pytest.mark.parametrize(("kills", "mails", "members"), SIZES)
def test_nothing_is_lost_when_the_hub_is_killed(
    tmp_path: Path, pair: dict[str, Any], kills: int, mails: int, members: int
) -> None:
    dice = random.Random(2026)
    apart = bool(pair["redis_url"])
    copies = mails * (members - 1)
    moments = sorted(dice.randrange(copies * 9 // 10) for _ in range(kills))
    flushes = set(dice.sample(range(kills), 2)) if apart else set()
    recoveries = []
    with RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, APART if apart else ALL_IN_ONE, members=members, **pair)

        def not_too_far(number: int) -> bool:
            return number * (members - 1) < relay.came + AHEAD * (members - 1)

        with hub, Flood(hub.port, hub.members, mails, may_send=not_too_far) as flood:
            for kill, moment in enumerate(moments):
                relay.wait_for(moment, within=120)
                if kill in flushes:
                    redis.Redis.from_url(pair["redis_url"]).flushall()
                hub.kill("worker" if apart and kill % 2 else "")
                came, began = relay.came, time.monotonic()
                hub.start()
                relay.wait_for(min(came + 1, copies), within=90)
                recoveries.append(time.monotonic() - began)
            flood.ends(within=300)
            hub.settle(within=300)
            repeated = hub.repeated()

        assert sorted(hub.posted()) == sorted(message_id(number) for number in range(mails))
        expected = {
            (member, message_id(number))
            for number in range(mails)
            for member in hub.members
            if member != flood.author(number)
        }
        assert set(relay.copies) == expected
        twice = relay.twice()
        print(
            f"kills {kills}, mails {mails}, copies {copies}, twice {twice.total()}, "
            f"answers not arrived {relay.in_flight.total()}, counted {repeated}, "
            f"first copy after a kill {max(recoveries):.1f} s at most"
        )
        assert twice.total() <= repeated
        # On each connection one copy waits for its answer, and one answer may have just come.
        assert twice.total() <= 2 * relay.in_flight.total()
