"""The front door when something is broken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mailhub import refusals
from mailhub.refusals import Refusal
from mailhub.spool import Spool, SpoolFailed, SpoolFull
from tests.front_door import OpenDoor, clock, front_door
from tests.unit.door.peers import Peer, SpoolInTrouble, until


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (SpoolFull("database or disk is full"), refusals.NO_SPACE),
        (SpoolFailed("database is locked"), refusals.OWN_FAULT),
        (ZeroDivisionError("division by zero"), refusals.OWN_FAULT),
    ],
)
def test_what_cannot_be_kept_is_asked_for_again(
    opened: Callable[..., OpenDoor], error: Exception, refusal: Refusal
) -> None:
    door = opened(spool=SpoolInTrouble(error=error))
    with Peer(door.smtp) as peer:
        peer.begins_a_mail()
        assert peer.says("one\r\n.") == refusal.reply
        assert peer.says("DATA") == refusals.WRONG_ORDER.reply  # the mail is forgotten
        assert peer.says("NOOP").startswith("250")
    assert door.figure("mailhub_refused_total", name=refusal.name) == 1
    assert door.figure("mailhub_mails_kept_total") == 0


def test_over_lmtp_a_fault_is_told_for_each_recipient(opened: Callable[..., OpenDoor]) -> None:
    door = opened(spool=SpoolInTrouble(error=ZeroDivisionError()))
    with Peer(door.lmtp) as peer:
        peer.hears()
        peer.says("LHLO x")
        while peer.hears() != "250 ENHANCEDSTATUSCODES":
            pass
        peer.says(
            "MAIL FROM:<>",
            "RCPT TO:<policy@lists.localhost>",
            "RCPT TO:<events@lists.localhost>",
            "DATA",
        )
        assert peer.says("one\r\n.") == refusals.OWN_FAULT.reply
        assert peer.hears() == refusals.OWN_FAULT.reply
        assert peer.says("NOOP").startswith("250")


def test_a_peer_that_leaves_during_the_commit_does_not_undo_it(tmp_path: Path) -> None:
    reached, leave = threading.Event(), threading.Event()

    def hold(ids: list[int]) -> None:
        reached.set()
        leave.wait(60)

    with capture_logs() as logs, front_door(tmp_path) as door:
        spool = Spool(door.database, clock, on_kept=hold)
        door.door._spool = spool
        with Peer(door.smtp) as peer:
            peer.begins_a_mail()
            peer.socket.sendall(b"one\r\n.\r\n")
            assert reached.wait(60)
            peer.resets()
        until(lambda: door.figure("mailhub_sessions_open") == 0)
        leave.set()
        until(lambda: door.figure("mailhub_mails_kept_total") == 1)
        spool.close()
        assert [mail.raw for mail in door.kept()] == [b"one\r\n"]
    (line,) = [entry for entry in logs if entry["event"] == "kept"]
    assert (line["inbound"], line["peer"]) == (1, "127.0.0.1")
    assert (line["size"], line["recipients"]) == (5, 1)
