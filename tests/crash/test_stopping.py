"""SIGTERM in the middle of a flood: a clean end, and nothing goes twice after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.crash.relay import RememberingRelay
from tests.crash.senders import Flood, message_id
from tests.crash.whole_hub import ALL_IN_ONE, APART, WholeHub

MAILS = 120


def test_a_hub_that_is_told_to_stop_leaves_nothing_half_done(
    tmp_path: Path, pair: dict[str, Any]
) -> None:
    roles = APART if pair["redis_url"] else ALL_IN_ONE
    with RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, roles, members=10, **pair)
        with hub, Flood(hub.port, hub.members, MAILS) as flood:
            relay.wait_for(MAILS * 9 // 3, within=90)
            hub.stop(within=20)
            states = hub.states()
            assert "claimed" not in states, states
            assert "sending" not in states, states
            assert not list((tmp_path / "data" / "owners").iterdir())

            hub.start()
            flood.ends(within=90)
            hub.settle(within=90)
            assert hub.repeated() == 0

        assert sorted(hub.posted()) == sorted(message_id(number) for number in range(MAILS))
        assert not relay.twice()
        assert relay.came == MAILS * 9
