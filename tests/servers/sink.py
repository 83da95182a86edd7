"""Where mail ends that leaves the hub or Postfix: smtp-sink, which comes with Postfix.

It takes everything and keeps each mail with its envelope in a file.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.folders import folder_of
from tests.servers.programs import program
from tests.servers.running import start

# smtp-sink writes the envelope above the mail in lines of its own, and closes it with its Received.
_SENDER = re.compile(rb"^X-Mail-Args: <(.*?)>", re.MULTILINE)
_RECIPIENT = re.compile(rb"^X-Rcpt-Args: <(.*?)>", re.MULTILINE)
_RECEIVED = re.compile(rb"^Received: .*\n(?:\t.*\n)*", re.MULTILINE)


@dataclass(frozen=True)
class Sunk:
    """One mail as it came: its envelope, and its bytes with LF line ends."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Sink:
    """A running smtp-sink at `port`; `options` are its own, such as "-q", "RCPT"."""

    def __init__(self, *options: str) -> None:
        smtp_sink = program("smtp-sink", "postfix")
        self._folder = folder_of("sink")
        self._mails = self._folder / "mails"
        self._mails.mkdir()
        if os.geteuid() == 0:  # then it insists on another user
            options = ("-u", "nobody", *options)
            for folder in (self._folder, self._mails):
                shutil.chown(folder, "nobody")
        template = self._mails / "%s."
        self._server = start(
            lambda port: [smtp_sink, *options, "-d", template, f"127.0.0.1:{port}", "100"],
            log=self._folder / "log",
        )
        self.port = self._server.port

    def mails(self, at_least: int = 0, within: float = 60.0) -> list[Sunk]:
        """What came so far, by time to a hundredth of a second; waits for `at_least` so many.

        AssertionError with what is there when the time is up.
        """
        end = time.monotonic() + within
        while len(files := self._finished()) < at_least:
            assert time.monotonic() < end, f"{len(files)} of {at_least} came: {self.mails()}"
            time.sleep(0.02)
        return [_sunk(file.read_bytes()) for file in files]

    def _finished(self) -> list[Path]:
        files = list(self._mails.iterdir())
        finished = set(files) - self._still_open()
        return sorted(finished, key=lambda file: file.stat().st_mtime_ns)

    def _still_open(self) -> set[Path]:
        opened = set()
        for descriptor in Path(f"/proc/{self._server.process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                opened.add(descriptor.readlink())
        return opened

    def stop(self) -> None:
        """Stops it and removes what it took."""
        self._server.stop()
        shutil.rmtree(self._folder)


def _sunk(kept: bytes) -> Sunk:
    received = _RECEIVED.search(kept)
    assert received, kept
    envelope = kept[: received.start()]
    sender = _SENDER.search(envelope)
    assert sender, kept
    recipients = [found.decode() for found in _RECIPIENT.findall(envelope)]
    raw = kept[received.end() :].removesuffix(b"\n")  # smtp-sink ends each with a blank line
    return Sunk(sender[1].decode(), tuple(recipients), raw)
