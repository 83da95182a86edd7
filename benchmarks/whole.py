"""The whole hub, as `mailhub serve` runs it: mails posted, and posts fanned out.

    python -m benchmarks.whole [--mails N] [--posts N] [--members N] [--rounds N] [--json]

posted: 5 KB mails from 20 senders into a community of 5, until each is parsed, threaded and indexed
and its outbox rows are written; beside it the same octets, put as bare rows into SQLite.
fan-out: posts to 642 members, each copy its own, into smtp-sink; beside it what Postfix's smtp-source
brings into the same smtp-sink. signed: the same, each copy signed by the hub; beside it bare RSA
signatures of 2048 bits, in as many threads as there are processors. The hub's own processor time and memory are those of its one process.
Medians of the rounds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.courier import sink
from mailhub.signing import Key, keys
from tests.servers.programs import program
from tests.servers.running import free_port

OCTETS = 5_120
SENDERS = 20


@dataclass(frozen=True)
class Round:
    """What one round gave; `limit` is what is possible at all, in the same unit."""

    per_second: float
    limit: float
    cpu_microseconds: float  # of the hub, each mail or copy
    peak_megabytes: float
    extra: float  # posted: mails a second with the relay; fan-out: seconds from first to last copy


class Hub:
    """`mailhub serve` in a process of its own, without pages."""

    def __init__(self, folder: Path, relay_port: int, *, selector: str = "") -> None:
        self.port = free_port()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("MAILHUB_")},
            "MAILHUB_DATA_DIR": str(folder),
            "MAILHUB_SMTP_LISTEN": f"127.0.0.1:{self.port}",
            "MAILHUB_HTTP_LISTEN": f"127.0.0.1:{free_port()}",
            "MAILHUB_RELAY_URL": f"smtp://127.0.0.1:{relay_port}",
            "MAILHUB_DKIM_SELECTOR": selector,
        }
        self.folder = folder

    def command(self, *words: str, text: str = "") -> str:
        """One command of `mailhub`; what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "mailhub", *words],
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Run until the block ends; its process id."""
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mailhub", "serve"], env=self.environment, stderr=log
            )
        try:
            while True:
                try:
                    smtplib.SMTP("127.0.0.1", self.port).quit()
                    break
                except OSError:
                    time.sleep(0.05)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    def count(self, query: str) -> int:
        """One number of its database."""
        with sqlite3.connect(f"file:{self.folder / 'mailhub.db'}?mode=ro", uri=True) as database:
            number: int = database.execute(query).fetchone()[0]
        return number

    def wait_until(self, query: str, number: int) -> None:
        """Until a count of its database is reached."""
        while self.count(query) < number:
            time.sleep(0.02)


def posted(mails: int) -> Round:
    """Mails a second from the first connection until each is parsed, threaded and indexed and its
    outbox rows are written; `extra` is the same until the last copy is with the relay."""
    with tempfile.TemporaryDirectory() as name, sink() as relay:
        folder = Path(name)
        limit = _bare_rows(folder / "bare.db", mails)
        hub = Hub(folder, relay)
        _found(hub, 5)
        with hub.serving() as pid:
            before = processor_seconds(pid)
            began = time.monotonic()
            smtp_source(hub.port, mails)
            hub.wait_until("SELECT count(*) FROM inbound WHERE state = 'done'", mails)
            seconds = time.monotonic() - began
            hub.wait_until("SELECT count(*) FROM delivery WHERE state = 'sent'", mails * 5)
            done = mails / (time.monotonic() - began)
            used = processor_seconds(pid) - before
            peak = peak_megabytes(pid)
        assert hub.count("SELECT count(*) FROM post") == mails
    return Round(mails / seconds, limit, used / mails * 1e6, peak, done)


def fanned_out(posts: int, members: int, *, signed: bool = False) -> Round:
    """Copies a second from the first post's arrival until the last copy is with the relay."""
    with tempfile.TemporaryDirectory() as name, sink() as relay:
        limit = bare_signatures() if signed else sent_by_smtp_source(relay)
        hub = Hub(Path(name), relay, selector="bench" if signed else "")
        _found(hub, members)
        sent = "SELECT count(*) FROM delivery WHERE state = 'sent'"
        with hub.serving() as pid:
            smtp_source(hub.port, 1)
            hub.wait_until(sent, members)
            moments = (
                "SELECT (julianday(max(sent_at)) - julianday(min(sent_at))) * 86400 FROM delivery"
            )
            spread = float(hub.count(moments))
            before = processor_seconds(pid)
            began = time.monotonic()
            smtp_source(hub.port, posts)
            hub.wait_until(sent, (posts + 1) * members)
            seconds = time.monotonic() - began
            used = processor_seconds(pid) - before
            peak = peak_megabytes(pid)
    copies = posts * members
    return Round(copies / seconds, limit, used / copies * 1e6, peak, spread)


def sent_by_smtp_source(relay: int, mails: int = 10_000) -> float:
    """What Postfix's own sender brings into the sink, mails a second."""
    began = time.monotonic()
    smtp_source(relay, mails, sessions=8)
    return mails / (time.monotonic() - began)


def bare_signatures(count: int = 2_000) -> float:
    """RSA signatures a second, on all processors, of digests that are there already."""
    key, digest = Key.read(keys.made(), "lists.localhost", "bench"), hashlib.sha256().digest()
    threads = os.cpu_count() or 1

    def sign(_: int) -> None:
        for _ in range(count):
            key.sign(digest)

    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(sign, range(threads)))
    return threads * count / (time.monotonic() - began)


def idle_megabytes() -> float:
    """Memory of a hub that has nothing to do (PSS), pages included."""
    with tempfile.TemporaryDirectory() as name:
        hub = Hub(Path(name), free_port())
        _found(hub, 5)
        with hub.serving() as pid:
            time.sleep(3)
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) / 1024 for row in rows if row.startswith("Pss:"))


def smtp_source(port: int, mails: int, sessions: int = SENDERS) -> None:
    """Send mails of one size as fast as they are taken."""
    subprocess.run(
        [
            program("smtp-source", "postfix"),
            "-s",
            str(min(sessions, mails)),
            "-m",
            str(mails),
            "-l",
            str(OCTETS),
            "-f",
            "jane@example.org",
            "-t",
            "policy@lists.localhost",
            f"127.0.0.1:{port}",
        ],
        check=True,
    )


def processor_seconds(pid: int) -> float:
    """Of a process and its threads, until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid: int) -> float:
    """The most resident memory that a process had."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) / 1024 for row in rows if row.startswith("VmHWM:"))


def _found(hub: Hub, members: int) -> None:
    hub.command("community", "create", "policy", "--name", "Policy and Performance")
    hub.command("community", "set", "policy", "strangers=accept")
    rows = "".join(f"m{number}@example.net\n" for number in range(members))
    hub.command("member", "import", "policy", "-", text="address\n" + rows)


def _bare_rows(path: Path, mails: int) -> float:
    """Rows of the mails' size a second, 20 in a commit, synchronous=FULL."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, raw BLOB)")
    began = time.monotonic()
    for _ in range(0, mails, SENDERS):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO mail (raw) VALUES (?)", [(bytes(OCTETS),)] * SENDERS)
        database.execute("COMMIT")
    database.close()
    return mails / (time.monotonic() - began)


def medians(rounds: Sequence[Round]) -> Round:
    """Each figure's median."""
    return Round(
        *(median(values) for values in zip(*(asdict(r).values() for r in rounds), strict=True))
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--posts", type=int, default=50)
    parser.add_argument("--members", type=int, default=642)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found = {
        "posted": medians([posted(chosen.mails) for _ in range(chosen.rounds)]),
        "fan-out": medians(
            [fanned_out(chosen.posts, chosen.members) for _ in range(chosen.rounds)]
        ),
        "signed": medians(
            [fanned_out(chosen.posts, chosen.members, signed=True) for _ in range(chosen.rounds)]
        ),
    }
    idle = idle_megabytes()
    if chosen.json:
        print(json.dumps({name: asdict(r) for name, r in found.items()} | {"idle_mb": idle}))
        return
    print(f"{'':10}{'a second':>10}{'limit':>10}{'ratio':>8}{'CPU µs':>9}{'peak MB':>9}")
    for name, r in found.items():
        print(
            f"{name:10}{r.per_second:10,.0f}{r.limit:10,.0f}{r.per_second / r.limit:8.2f}"
            f"{r.cpu_microseconds:9,.0f}{r.peak_megabytes:9,.0f}"
        )
    print(f"posted, and all copies with the relay: {found['posted'].extra:,.0f} mails a second")
    print(f"first to last copy of one post: {found['fan-out'].extra:.2f} s")
    print(f"idle: {idle:.0f} MB (PSS)")


if __name__ == "__main__":
    main()
