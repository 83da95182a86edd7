"""Senders who flood the hub and keep what was not answered with 250 until it is, as an MTA does: the
same bytes again. They run only so far ahead of what has come out, so that a flood lasts."""

from __future__ import annotations

import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

LISTED = "policy@lists.localhost"
BODY = "A line of the text that a colleague wrote about an indicator.\r\n" * 20


def message_id(number: int) -> str:
    """The Message-ID of one mail of a flood."""
    return f"flood-{number}@example.org"


class Flood:
    """`with Flood(…) as flood:` sends mails 0 to `mails` - 1, each by one of `authors` in turn."""

    def __init__(
        self,
        port: int,
        authors: Sequence[str],
        mails: int,
        *,
        senders: int = 8,
        may_send: Callable[[int], bool] = lambda number: True,
    ) -> None:
        """`may_send(number)` is asked until it is true before that mail is sent."""
        self.answered: set[int] = set()  # with 250
        self.refused: Counter[int] = Counter()  # by code, what was tried again
        self._port = port
        self._authors = authors
        self._mails = mails
        self._may_send = may_send
        self._over = threading.Event()
        self._change = threading.Condition()
        self._threads = [
            threading.Thread(target=self._send_all, args=(range(first, mails, senders),))
            for first in range(senders)
        ]

    def __enter__(self) -> Flood:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def author(self, number: int) -> str:
        """Who writes this mail."""
        return self._authors[number % len(self._authors)]

    def wait_for(self, at_least: int, within: float) -> None:
        """Wait until so many were answered with 250; AssertionError when the time is up."""
        with self._change:
            there = self._change.wait_for(lambda: len(self.answered) >= at_least, within)
            assert there, f"{len(self.answered)} of {at_least} taken in {within} s: {self.refused}"

    def ends(self, within: float) -> None:
        """Wait until all were answered with 250."""
        self.wait_for(self._mails, within)

    def _send_all(self, numbers: range) -> None:
        client: smtplib.SMTP | None = None
        waiting = list(reversed(numbers))
        while waiting and not self._over.is_set():
            if not self._may_send(waiting[-1]):
                self._over.wait(0.01)
                continue
            try:
                client = client or smtplib.SMTP("127.0.0.1", self._port, timeout=60)
                self._send(client, waiting[-1])
            except (OSError, smtplib.SMTPException) as error:
                self._note(error)
                if client:
                    with suppress(Exception):
                        client.close()
                client = None
                self._over.wait(0.05)
                continue
            number = waiting.pop()
            with self._change:
                self.answered.add(number)
                self._change.notify_all()
        if client:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()

    def _send(self, client: smtplib.SMTP, number: int) -> None:
        author = self.author(number)
        client.sendmail(
            author,
            LISTED,
            f"From: {author}\r\nTo: {LISTED}\r\nSubject: Indicator {number}\r\n"
            f"Date: Tue, 3 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{message_id(number)}>\r\n"
            f"\r\nNumber {number}.\r\n{BODY}",
        )

    def _note(self, error: Exception) -> None:
        code = getattr(error, "smtp_code", 0)
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next(iter(error.recipients.values()))[0]
        self.refused[code] += 1


def until(condition: Callable[[], bool], within: float, what: str) -> float:
    """Wait until something holds, and say how many seconds that took; AssertionError otherwise."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"not in {within} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began
