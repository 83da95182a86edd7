"""The door is killed in the middle of a flood: whatever it answered with 250 is in the database."""

from __future__ import annotations

import random
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mailhub.database import Database
from mailhub.settings import Settings
from tests.front_door import kept_in

ROOT = Path(__file__).parents[2]
SENDERS = 10


class Flood:
    """Senders who go on until the door is gone, and remember what was answered with 250."""

    def __init__(self, port: int, name: str) -> None:
        self.kept: set[bytes] = set()
        self._port = port
        self._name = name
        self._senders = [
            threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)
        ]
        for sender in self._senders:
            sender.start()

    def _send(self, number: int) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=60) as client:
                for count in range(100_000):
                    mail = f"Subject: {self._name}-{number}-{count}\r\n\r\n" + "word " * 200
                    client.sendmail("jane@example.org", "policy@lists.localhost", mail)
                    self.kept.add(f"{self._name}-{number}-{count}".encode())
        except (OSError, smtplib.SMTPException):
            pass

    def ends(self) -> set[bytes]:
        """What was answered with 250."""
        for sender in self._senders:
            sender.join()
        return self.kept


@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.long)])
def test_what_was_answered_with_250_survives_a_kill(tmp_path: Path, kills: int) -> None:
    moments = random.Random(2026)
    answered: set[bytes] = set()
    for kill in range(kills):
        door = subprocess.Popen(
            [sys.executable, "-m", "tests.front_door", str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert door.stdout
        # The log is on standard output too.
        while not (line := door.stdout.readline()).strip().isdigit():
            assert line, "the door did not open"
        flood = Flood(int(line), f"flood{kill}")
        time.sleep(moments.uniform(0.05, 0.6))
        door.kill()
        door.communicate()
        answered |= flood.ends()

    assert len(answered) > 10 * kills
    database = Database(Settings(data_dir=tmp_path).effective_database_url)
    kept = [mail.raw.split(b"\r\n")[0] for mail in kept_in(database)]
    assert answered <= {subject.removeprefix(b"Subject: ") for subject in kept}
    assert len(kept) == len(set(kept))
