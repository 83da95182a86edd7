"""The way out alone: 50 mails of 5 KB to 642 people, a copy each, into Postfix's smtp-sink.

Beside it Postfix's smtp-source, in C, into the same sink: as many mails over as many kept connections,
all alike, one command a round trip. Run it with `python -m benchmarks.courier`.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailhub.courier import Copy, Sent, SharedMail, relay_url
from mailhub.courier.relay import Relay
from tests.servers.programs import program
from tests.servers.running import start

MAILS, PEOPLE, CONNECTIONS, TIMES = 50, 642, 8, 3
OWN_HEAD = (
    b"List-Unsubscribe: <https://hub.example/u/bq3k9x7w2m5n8p4r>,\r\n"
    b" <mailto:policy+u-bq3k9x7w2m5n8p4r@lists.example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
LETTER = (
    b"From: jane@council.example\r\nSubject: Indicator 6\r\n\r\n" + (b"word " * 14 + b"\r\n") * 70
)


@dataclass(frozen=True)
class Figure:
    """One way out: copies a second, our processor time for each, the slowest mail to all."""

    name: str
    copies_a_second: float
    microseconds: float = 0.0
    slowest: float = 0.0

    def __str__(self) -> str:
        words = f"{self.name:28} {self.copies_a_second:8,.0f} copies/s"
        if self.microseconds:
            words += f" {self.microseconds:6.1f} µs each; one mail to all in {self.slowest:.3f} s"
        return words


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """A running smtp-sink that keeps nothing; gives its port."""
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    command = (program("smtp-sink", "postfix"), *user, *options)
    with tempfile.TemporaryDirectory() as folder:
        server = start(
            lambda port: [*command, f"127.0.0.1:{port}", "100"], log=Path(folder) / "log"
        )
        try:
            yield server.port
        finally:
            server.stop()


def courier(name: str, *sink_options: str, connections: int = CONNECTIONS) -> Figure:
    """Sends everything once by the Relay courier."""
    with sink(*sink_options) as port:
        url = relay_url.read(f"smtp://127.0.0.1:{port}?starttls=never")
        relay = Relay(url, name="lists.example.org", clock=time.monotonic, connections=connections)
        before, begun, slowest = _processor_time(), time.monotonic(), 0.0
        for _ in range(MAILS):
            mail_begun = time.monotonic()
            for _, outcome in relay.send(_copies()):
                assert isinstance(outcome, Sent), outcome
            slowest = max(slowest, time.monotonic() - mail_begun)
        took, used = time.monotonic() - begun, _processor_time() - before
        relay.close()
    count = MAILS * PEOPLE
    return Figure(name, count / took, used / count * 1e6, slowest)


def smtp_source() -> Figure:
    """The limit: Postfix's own sender."""
    count = MAILS * PEOPLE
    with sink() as port:
        sizes = ["-l", str(len(LETTER)), "-m", str(count), "-s", str(CONNECTIONS)]
        command = [str(program("smtp-source", "postfix")), "-d", *sizes, f"127.0.0.1:{port}"]
        begun = time.monotonic()
        subprocess.run(command, check=True)
        return Figure("smtp-source (C)", count / (time.monotonic() - begun))


def _copies() -> list[Copy]:
    shared = SharedMail(LETTER)
    return [
        Copy(i, f"policy+v-{i}-x7w2m5@lists.example.org", f"p{i}@council.example", OWN_HEAD, shared)
        for i in range(PEOPLE)
    ]


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _median(figures: list[Figure]) -> Figure:
    middle = statistics.median_low(figure.copies_a_second for figure in figures)
    return next(figure for figure in figures if figure.copies_a_second == middle)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the medians of three runs."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    for measure in (
        smtp_source,
        lambda: courier("courier, pipelined"),
        lambda: courier("courier, one connection", connections=1),
        lambda: courier("courier, no PIPELINING", "-p"),
    ):
        print(_median([measure() for _ in range(TIMES)]), flush=True)


if __name__ == "__main__":
    main()
