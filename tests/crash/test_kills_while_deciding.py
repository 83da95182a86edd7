"""kill -9 between a decision and its release: each approved mail is posted exactly once."""

from __future__ import annotations

import random
import smtplib
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailhub import holds, membership
from mailhub.app.hub import clock
from mailhub.models import Hold
from tests.crash.relay import RememberingRelay
from tests.crash.whole_hub import ALL_IN_ONE, APART, WholeHub

KILLS = [pytest.param(3, id="short"), pytest.param(30, id="long", marks=pytest.mark.long)]


def comes(hub: WholeHub, number: int) -> int:
    """A stranger's mail, which is held; the number of its hold."""
    with smtplib.SMTP("127.0.0.1", hub.port, timeout=60) as client:
        raw = f"From: Sue <sue@elsewhere.example>\r\nMessage-ID: <{number}@x>\r\n\r\nHello {number}\r\n"
        client.sendmail("sue@elsewhere.example", ["policy@lists.localhost"], raw)
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with hub.hub.database.reading() as session:
            found = session.scalars(select(Hold.id).order_by(Hold.id)).all()
        if len(found) > number:
            return found[number]
        time.sleep(0.02)
    raise AssertionError(hub.log.read_text()[-3_000:])


@pytest.mark.parametrize("kills", KILLS)
def test_what_was_approved_is_posted_once(tmp_path: Path, pair: dict[str, Any], kills: int) -> None:
    dice = random.Random(2026)
    apart = bool(pair["redis_url"])
    by = holds.By("mail", "fay@example.org")
    with RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, APART if apart else ALL_IN_ONE, members=3, **pair)
        with hub.hub.database.writing() as session:
            community = membership.known_community(session, "policy")
            membership.change(session, community, "undo_window", "1", clock())
        with hub:
            for number in range(kills):
                hold_id = comes(hub, number)
                with hub.hub.database.writing() as session:
                    assert (
                        holds.decide(session, hold_id, "approve", "", clock(), by=by) == "decided"
                    )
                # Within the window, at its end, while it is posted, while it is sent.
                time.sleep(dice.uniform(0, 2.5))
                hub.kill("worker" if apart and number % 2 else "")
                hub.start()
            time.sleep(1.2)
            hub.settle(within=120)
            posted = hub.posted()
        assert sorted(posted) == sorted(f"{number}@x" for number in range(kills))
        expected = {(member, f"{number}@x") for number in range(kills) for member in hub.members}
        assert {one for one in relay.copies if one[1].endswith("@x")} == expected
