"""What Postfix sees of a hub: the real front door, at a port that stays while it comes and goes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from mailhub import refusals
from mailhub.refusals import Refusal
from tests.front_door import Kept, OpenDoor, front_door

DOMAIN = "lists.example.org"
MAX_BYTES = 1_000_000


class Hub:
    """Takes mail for whoever is in `known`; for whoever is in `faulty` it has a fault of its own.

    The door remembers for some seconds who was known: restart it after taking somebody away.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.known: set[str] = set()
        self.faulty: set[str] = set()
        self._folder = folder
        self._stack = ExitStack()
        self._door: OpenDoor

    def start(self) -> None:
        """Listens."""
        self._door = self._stack.enter_context(
            front_door(
                self._folder,
                knows=self._knows,
                domain=DOMAIN,
                max_mail_bytes=MAX_BYTES,
                smtp_listen="",
                lmtp_listen=f"127.0.0.1:{self.port}",
            )
        )

    def stop(self) -> None:
        """Is away: connections are refused until it starts again."""
        self._stack.close()

    def restart(self) -> None:
        """Goes and comes back."""
        self.stop()
        self.start()

    def kept(self) -> list[Kept]:
        """What it was handed, the oldest first."""
        return self._door.kept()

    def _knows(self, address: str) -> Refusal | None:
        if address in self.faulty:
            raise RuntimeError("a fault of ours")
        return None if address in self.known else refusals.UNKNOWN_ADDRESS
