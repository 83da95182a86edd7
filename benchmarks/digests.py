"""Digests: the weekly ones of 18,000 people in 550 communities, built and handed to Postfix's smtp-sink.

Beside it the physical limit: finished mails of the same size over as many connections into the same sink, by
the same courier. Building and sending go on at once, in two processes, as `serve --only` would run them. Run
it with `python -m benchmarks.digests`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.courier import sink
from digests.run import run
from mailhub import migrations
from mailhub.app.digesting import DOORS
from mailhub.app.hub import Hub, clock, put_together
from mailhub.courier import Copy, SharedMail, relay_url
from mailhub.courier.relay import Relay
from mailhub.models import Digest, DigestPiece
from mailhub.settings import Settings
from tests.digests import town

PEOPLE, COMMUNITIES, DISCUSSIONS, CONNECTIONS = 18_000, 550, 8, 8
MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)


def hub(folder: Path, port: int) -> Hub:
    """A hub over SQLite whose relay is the sink."""
    return put_together(
        Settings(
            data_dir=folder,
            domain="lists.example.org",
            site_url="https://hub.example.org",
            relay_url=f"smtp://127.0.0.1:{port}?starttls=never",
        )
    )


def fill(made: Hub, people: int) -> None:
    """A week of discussions in every community."""
    migrations.upgrade(made.database)
    dice = random.Random(7)
    with made.database.writing() as session:
        there = town.found(
            session, dice, MONDAY - timedelta(days=30), communities=COMMUNITIES, people=people
        )
    run(made.database, made.tools.site, DOORS, MONDAY + timedelta(minutes=2), clock())
    for number, community_id in enumerate(there.communities):
        members = there.members[community_id] or list(there.people[:2])
        with made.database.writing() as session:
            for one in range(DISCUSSIONS):
                authors = dice.choices(members, k=3)
                at = MONDAY + timedelta(hours=1 + 20 * one, minutes=number % 50)
                town.discussion(session, dice, community_id, authors, at, answers=one % 4)


def send(folder: Path, port: int, expected: int, done: multiprocessing.Queue[float]) -> None:
    """The sending process: until all are sent."""
    sender = hub(folder, port)
    way_out = sender.courier()
    dispatch = sender.dispatch(way_out)
    sent = 0
    while sent < expected:
        count = dispatch.deliver()
        sent += count
        if not count:
            time.sleep(0.02)
    dispatch.close()
    way_out.close()
    done.put(_used())
    done.put(_memory())


def limit(port: int, size: int, count: int) -> float:
    """Mails a second, each finished and its own."""
    url = relay_url.read(f"smtp://127.0.0.1:{port}?starttls=never")
    relay = Relay(url, name="lists.example.org", clock=time.monotonic, connections=CONNECTIONS)
    body = b"Subject: x\r\n\r\n" + (b"word " * 14 + b"\r\n") * (size // 72)
    begun = time.monotonic()
    for start in range(0, count, 100):
        copies = [
            Copy(i, f"hub+b-{i}@lists.example.org", f"p{i}@council.example", b"", SharedMail(body))
            for i in range(start, start + 100)
        ]
        for _ in relay.send(copies):
            pass
    relay.close()
    return count / (time.monotonic() - begun)


def build(folder: Path, port: int, done: multiprocessing.Queue[float]) -> None:
    """The building process."""
    builder = hub(folder, port)
    as_of = MONDAY + timedelta(days=7, minutes=2)
    before = _used()
    made = run(builder.database, builder.tools.site, DOORS, as_of, clock())
    for figure in (made.digests, _used() - before, _memory()):
        done.put(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints digests a second, the cost of each, and the memory of both processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args(arguments).people
    spawning = multiprocessing.get_context("spawn")  # so that no memory but its own is counted
    with tempfile.TemporaryDirectory() as name, sink() as port:
        folder = Path(name)
        made = hub(folder, port)
        fill(made, people)
        told, built = spawning.Queue(), spawning.Queue()
        sender = spawning.Process(target=send, args=(folder, port, people, told))
        builder = spawning.Process(target=build, args=(folder, port, built))
        begun = time.monotonic()
        sender.start()
        builder.start()
        count, building, own = built.get(), built.get(), built.get()
        built_in = time.monotonic() - begun
        builder.join()
        if count < people:
            sender.terminate()
            raise SystemExit(f"only {count:,.0f} digests for {people:,} people")
        sending, memory = told.get(), told.get()
        took = time.monotonic() - begun
        sender.join()
        with made.database.reading() as session:
            pieces = session.scalar(select(func.count()).select_from(DigestPiece))
            marks = session.scalar(select(func.count()).select_from(Digest))
        bare = limit(port, 30_000, 3_000)
        print(
            f"{count:,.0f} digests of {people:,} people ({marks:,} marks, {pieces:,} pieces): "
            f"{count / took:,.0f} digests/s; built in {built_in:.1f} s, all sent in {took:.1f} s, "
            f"both with their start; limit (30 KB each, courier alone) {bare:,.0f}/s"
        )
        print(
            f"cost of each: {building / count * 1e6:,.0f} µs to build, "
            f"{sending / count * 1e6:,.0f} µs to compose and send; memory "
            f"{own:.0f} MB and {memory:.0f} MB; processors {os.cpu_count()}"
        )


def _memory() -> float:
    """The most that this process has had, in MB. (What getrusage says begins with its parent's.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
