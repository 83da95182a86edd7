"""Ingest: 5 KB mails from 20 senders, accepted and durable.

    python -m benchmarks.ingest [--mails N] [--senders N] [--rounds N] [--json]

The limit is a bare aiosmtpd whose handler commits the same octets to SQLite, those that wait together
in one commit, and does nothing else. Postfix's smtp-source sends, each server has a process of its
own, the two take turns, and every mail answered with 250 is counted in the database afterwards.
Medians of the rounds; the ratio is ours to the limit's.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.servers.programs import program

OCTETS = 5_120
RECIPIENT = "policy@lists.localhost"
SERVERS = {"limit": "benchmarks.bare_smtpd", "mailhub": "benchmarks.door"}
COUNT = {"limit": "SELECT count(*) FROM mail", "mailhub": "SELECT count(*) FROM raw_mail"}


@dataclass(frozen=True)
class Round:
    """One server, one flood."""

    mails_per_second: float
    cpu_microseconds: float  # of the server, each mail
    peak_megabytes: float


@contextmanager
def serving(module: str, folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server in a process of its own: its port and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process
    finally:
        process.stdin.close()  # it ends when nobody wants it any more
        process.wait(30)


def flood(name: str, mails: int, senders: int, stays: bool) -> Round:
    """Send to a fresh server; RuntimeError where a mail is missing."""
    with tempfile.TemporaryDirectory() as folder:
        with serving(SERVERS[name], Path(folder)) as (port, process):
            before, _ = _used(process.pid)
            began = time.perf_counter()
            subprocess.run(
                [
                    str(program("smtp-source", "postfix")),
                    *(["-d"] if stays else []),
                    *("-s", str(senders), "-m", str(mails), "-l", str(OCTETS)),
                    *("-f", "jane@example.org", "-t", RECIPIENT, f"127.0.0.1:{port}"),
                ],
                check=True,
            )
            seconds = time.perf_counter() - began
            spent, peak = _used(process.pid)
        with sqlite3.connect(Path(folder) / "mailhub.db") as database:
            (kept,) = database.execute(COUNT[name]).fetchone()
    if kept != mails:
        raise RuntimeError(f"{name}: {kept} of {mails} mails are in the database")
    return Round(mails / seconds, (spent - before) / mails * 1e6, peak)


def measure(mails: int, senders: int, rounds: int, stays: bool) -> dict[str, Round]:
    """The medians of each server; they take turns, so that a busy moment hits both."""
    taken: dict[str, list[Round]] = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name in SERVERS:
            taken[name].append(flood(name, mails, senders, stays))
    return {name: _medians(results) for name, results in taken.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=3_000)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    results = {
        way: measure(chosen.mails, chosen.senders, chosen.rounds, stays)
        for way, stays in (("one mail a connection", False), ("kept connections", True))
    }
    if chosen.json:
        print(json.dumps({w: {n: asdict(r) for n, r in rs.items()} for w, rs in results.items()}))
        return
    for way, servers in results.items():
        ratio = servers["mailhub"].mails_per_second / servers["limit"].mails_per_second
        print(f"{way}: {ratio:.2f} of the limit")
        for name, result in servers.items():
            print(
                f"  {name:8} {result.mails_per_second:7.0f} mails/s"
                f" {result.cpu_microseconds:6.0f} µs CPU a mail {result.peak_megabytes:5.0f} MB"
            )


def _used(pid: int) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return ticks / 100, int(peak) / 1024


def _medians(rounds: list[Round]) -> Round:
    return Round(
        median(r.mails_per_second for r in rounds),
        median(r.cpu_microseconds for r in rounds),
        median(r.peak_megabytes for r in rounds),
    )


if __name__ == "__main__":
    main()
