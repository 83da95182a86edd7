"""Who speaks to the door in these tests, and what they wait for."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from mailhub.spool import Envelope


class Peer:
    """A client that says lines and hears lines."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, 10)
        self.heard = self.socket.makefile("rb")

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.heard.close()
        self.socket.close()

    def hears(self) -> str:
        return self.heard.readline().decode().rstrip("\r\n")

    def says(self, *lines: str) -> str:
        """The last answer to lines that are said one by one."""
        answer = ""
        for line in lines:
            self.socket.sendall(line.encode() + b"\r\n")
            answer = self.hears()
        return answer

    def resets(self) -> None:
        """Gone at once, with no goodbye (RST)."""
        linger = struct.pack("ii", 1, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.heard.close()
        self.socket.close()

    def begins_a_mail(self) -> None:
        self.hears()
        answer = self.says(
            "HELO x", "MAIL FROM:<jane@example.org>", "RCPT TO:<policy@lists.localhost>", "DATA"
        )
        assert answer.startswith("354")


class SpoolInTrouble:
    """Answers as it is told; the real one is in trouble in test_spool.py."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.waiting: Future[int] = Future()
        self.begun = threading.Event()

    def keep(self, envelope: Envelope, raw: bytes) -> Future[int]:
        self.waiting.set_running_or_notify_cancel()
        if self.error:
            self.waiting.set_exception(self.error)
        self.begun.set()
        return self.waiting

    def close(self) -> None: ...


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for it, and fail where it does not come."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.01)
