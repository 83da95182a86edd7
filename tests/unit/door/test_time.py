"""The front door and time: slow peers, slow work, closing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from mailhub import refusals
from mailhub.app.smtpd import Limits
from mailhub.refusals import Refusal
from tests.front_door import OpenDoor, front_door
from tests.unit.door.peers import Peer, SpoolInTrouble, until


def test_a_slow_lookup_is_a_fault_of_ours(opened: Callable[..., OpenDoor]) -> None:
    answer = threading.Event()

    def knows(address: str) -> Refusal | None:
        if address.startswith("slow@"):
            answer.wait(60)
        return None

    door = opened(knows=knows, lookup_seconds=0.1)
    with Peer(door.smtp) as peer:
        peer.hears()
        peer.says("HELO x", "MAIL FROM:<>")
        assert peer.says("RCPT TO:<slow@lists.localhost>") == refusals.OWN_FAULT.reply
        assert peer.says("RCPT TO:<policy@lists.localhost>").startswith("250")
    answer.set()


def test_no_timer_comes_between_a_commit_and_its_answer(opened: Callable[..., OpenDoor]) -> None:
    spool = SpoolInTrouble()
    door = opened(spool=spool, idle_seconds=0.6, block_seconds=0.6, mail_seconds=0.6)
    with Peer(door.smtp) as peer:
        peer.begins_a_mail()
        peer.socket.sendall(b"one\r\n.\r\n")
        assert spool.begun.wait(60)
        time.sleep(0.8)
        spool.waiting.set_result(7)
        assert peer.hears() == "250 2.0.0 Kept as 7"


def test_a_mail_that_drips_has_an_end(opened: Callable[..., OpenDoor]) -> None:
    door = opened(mail_seconds=0.3, block_seconds=5)
    with Peer(door.smtp) as peer:
        peer.begins_a_mail()
        with suppress(OSError):
            for _ in range(100):
                peer.socket.sendall(b"drip\r\n")
                time.sleep(0.02)
        assert peer.hears() == refusals.TOO_SLOW.reply
    assert door.kept() == []


def test_a_peer_that_does_not_read_is_cut_off(opened: Callable[..., OpenDoor]) -> None:
    door = opened(idle_seconds=0.2, linger_seconds=0.2, commands=10_000_000)
    with Peer(door.smtp) as peer:
        peer.socket.settimeout(0.5)
        with suppress(OSError):
            while True:
                peer.socket.sendall(b"HELP\r\n" * 1_000)
        until(lambda: door.figure("mailhub_sessions_open") == 0)


def test_closing_lets_a_mail_come_in_and_sends_the_others_away(tmp_path: Path) -> None:
    with ExitStack() as stack:
        door = stack.enter_context(front_door(tmp_path))
        idle = stack.enter_context(Peer(door.smtp))
        busy = stack.enter_context(Peer(door.smtp))
        idle.hears()
        busy.begins_a_mail()
        stopping = asyncio.run_coroutine_threadsafe(door.door.stop(), _loop_of(door))
        assert idle.hears() == refusals.CLOSING.reply
        assert idle.hears() == ""
        with pytest.raises(ConnectionError):
            Peer(door.smtp)
        assert busy.says("one\r\n.") == "250 2.0.0 Kept as 1"
        assert busy.hears() == refusals.CLOSING.reply
        stopping.result(60)
        assert [mail.raw for mail in door.kept()] == [b"one\r\n"]


def test_closing_waits_for_a_commit_however_long(tmp_path: Path) -> None:
    spool = SpoolInTrouble()
    with front_door(tmp_path, Limits(stop_seconds=0.05), spool=spool) as door:
        with Peer(door.smtp) as peer:
            peer.begins_a_mail()
            peer.socket.sendall(b"one\r\n.\r\n")
            assert spool.begun.wait(60)
            stopping = asyncio.run_coroutine_threadsafe(door.door.stop(), _loop_of(door))
            time.sleep(0.3)
            spool.waiting.set_result(7)
            assert peer.hears() == "250 2.0.0 Kept as 7"
            assert peer.hears() == refusals.CLOSING.reply
        stopping.result(60)


def test_closing_does_not_wait_for_ever(tmp_path: Path) -> None:
    with front_door(tmp_path, Limits(stop_seconds=0.2)) as door, Peer(door.smtp) as peer:
        peer.begins_a_mail()
        asyncio.run_coroutine_threadsafe(door.door.stop(), _loop_of(door)).result(60)
        assert peer.hears() == refusals.CLOSING.reply
        assert door.kept() == []


def _loop_of(door: OpenDoor) -> asyncio.AbstractEventLoop:
    return door.door._servers[0].get_loop()
