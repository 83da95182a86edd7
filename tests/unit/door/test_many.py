"""The front door when many come at once."""

from __future__ import annotations

import asyncio
import smtplib
import threading
import time
from collections.abc import Callable

from mailhub import refusals
from mailhub.app.smtpd import Limits
from mailhub.app.smtpd.known import KnownAddresses
from mailhub.app.smtpd.limits import Guests
from mailhub.refusals import Refusal
from tests.front_door import OpenDoor
from tests.unit.door.peers import Peer, until


def test_one_peer_has_only_so_many_connections(opened: Callable[..., OpenDoor]) -> None:
    door = opened(connections_per_peer=2)
    with Peer(door.smtp) as one, Peer(door.lmtp) as two:
        assert one.hears().startswith("220")
        assert two.hears().startswith("220")
        with Peer(door.smtp) as three:
            assert three.hears() == refusals.TOO_BUSY.reply
            assert three.hears() == ""
        one.says("QUIT")
        until(lambda: door.figure("mailhub_sessions_open") == 1)
        with Peer(door.smtp) as four:
            assert four.hears().startswith("220")
    assert door.figure("mailhub_sessions_total") == 3
    assert door.figure("mailhub_refused_total", name="too-busy") == 1


def test_guests_are_counted_by_network_and_in_all() -> None:
    guests = Guests(Limits(connections=5, connections_per_peer=2))
    assert guests.enter("192.0.2.1")
    assert guests.enter("2001:db8:1:2::1")
    assert guests.enter("2001:db8:1:2:ffff::2")
    assert not guests.enter("2001:db8:1:2::3")  # the same customer's /64
    assert guests.enter("2001:db8:1:3::1")
    assert guests.enter("fe80::1%eth0")
    assert not guests.enter("198.51.100.1")  # five are in
    guests.leave("192.0.2.1")
    assert guests.enter("198.51.100.1")


def test_twenty_senders_at_once_share_commits_and_lose_nothing(
    opened: Callable[..., OpenDoor],
) -> None:
    door = opened()

    def send(number: int) -> None:
        with smtplib.SMTP(*door.smtp) as client:
            for mail in range(10):
                client.sendmail(
                    "jane@example.org", "policy@lists.localhost", f"Subject: {number}/{mail}\r\n"
                )

    senders = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert {mail.raw for mail in door.kept()} == {
        b"Subject: %d/%d\r\n" % (number, mail) for number in range(20) for mail in range(10)
    }
    assert door.figure("mailhub_mails_kept_total") == 200
    assert door.figure("mailhub_spool_group_sum") == 200
    assert door.figure("mailhub_spool_group_count") < 200


def test_a_known_address_is_asked_for_once_in_a_while_and_an_unknown_one_each_time() -> None:
    asked: list[str] = []

    def knows(address: str) -> Refusal | None:
        asked.append(address)
        time.sleep(0.02)
        return None if address == "policy@d" else refusals.UNKNOWN_ADDRESS

    async def ask() -> None:
        known = KnownAddresses(knows, patience=5)
        assert await asyncio.gather(*(known.refusal("policy@d") for _ in range(20))) == [None] * 20
        assert await known.refusal("policy@d") is None
        for _ in range(3):
            assert await known.refusal("new@d") == refusals.UNKNOWN_ADDRESS
        known.close()

    asyncio.run(ask())
    assert asked == ["policy@d", "new@d", "new@d", "new@d"]
