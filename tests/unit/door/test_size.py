"""The front door and size: no end, long lines, real mail."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import suppress

import pytest

from mailhub import refusals
from tests.corpora import corpora
from tests.front_door import OpenDoor
from tests.unit.door.peers import Peer

SUFFIXES = (".msg", ".raw", ".eml", ".txt", "")
MIME_SETS = ("mime4j", "enmime", "ruby-mail", "php-imap", "flanker", "spamscope", "cpython")


def test_a_mail_without_end_is_cut_off(opened: Callable[..., OpenDoor]) -> None:
    door = opened(max_mail_bytes=1_000_000)
    with Peer(door.smtp) as peer:
        peer.begins_a_mail()
        with suppress(OSError):
            for _ in range(200):
                peer.socket.sendall(b"x" * 1_000_000)
        with suppress(ConnectionError):  # what we did not read may take the answer with it
            assert peer.hears() == refusals.too_large(1_000_000).reply
    assert door.kept() == []
    assert door.door.bytes_in_hand == 0


def test_a_command_without_end_is_cut_off(opened: Callable[..., OpenDoor]) -> None:
    door = opened()
    with Peer(door.smtp) as peer:
        peer.hears()
        assert peer.says("NOOP " + "x" * 5_000) == refusals.LINE_TOO_LONG.reply
        peer.socket.sendall(b"x" * 300_000)
        with suppress(ConnectionError):
            assert peer.hears() == refusals.LINE_TOO_LONG.reply
        with Peer(door.smtp) as other:
            assert other.hears().startswith("220")


def test_long_lines_and_large_mails_come_in_whole(opened: Callable[..., OpenDoor]) -> None:
    door = opened()
    raw = b"Subject: x\r\n\r\n" + b"<p>" * 2_000_000 + b"\r\n" + b"." * 500_000 + b"\r\n"
    with smtplib.SMTP(*door.smtp) as client:
        client.sendmail("jane@example.org", ["policy@lists.localhost"], raw)
    assert door.kept()[0].raw == raw
    assert door.figure("mailhub_mails_kept_bytes_total") == len(raw)


@pytest.mark.parametrize("name", MIME_SETS)
def test_real_mail_comes_in_as_it_was(opened: Callable[..., OpenDoor], name: str) -> None:
    folder = corpora(f"mime/{name}")
    door = opened()
    raws = []
    with smtplib.SMTP(*door.smtp) as client:
        for path in sorted(folder.rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            raw = b"\r\n".join(path.read_bytes().splitlines()) + b"\r\n"
            client.sendmail("jane@example.org", ["policy@lists.localhost"], raw)
            raws.append(raw)
    assert raws
    assert [mail.raw for mail in door.kept()] == raws
