"""What the hub stands on gives way: the disk, the database, the broker, the relay. Nothing is lost, the
sender or the operator is told, and it goes on by itself when the trouble is over.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from mailhub.models import Delivery
from tests.crash.relay import RememberingRelay
from tests.crash.senders import Flood, message_id, until
from tests.crash.whole_hub import APART, WholeHub
from tests.servers.postgres import Postgres
from tests.servers.programs import leave_out
from tests.servers.redis import Redis

MAILS = 40
MEMBERS = 10
COPIES = MAILS * (MEMBERS - 1)
WAITS = {421, 451, 452}  # what a sender keeps his mail for


def all_went_once(hub: WholeHub, relay: RememberingRelay, mails: int = MAILS) -> None:
    """Every mail is one post, and every member but its author has it once."""
    assert sorted(hub.posted()) == sorted(message_id(number) for number in range(mails))
    assert not relay.twice()
    assert relay.came == mails * (MEMBERS - 1)


# The disk.


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        leave_out("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Take all the space there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


def test_a_full_disk_keeps_the_senders_waiting_until_there_is_space(tmp_path: Path) -> None:
    allowed = MAILS // 4
    with small_disk(tmp_path / "data", 32) as disk, RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, members=MEMBERS)
        with hub, Flood(hub.port, hub.members, MAILS, may_send=lambda n: n < allowed) as flood:
            flood.wait_for(allowed, within=90)
            filler = fill(disk)
            allowed = MAILS
            until(lambda: flood.refused.total() >= 20, 90, "the senders are told to wait")
            assert set(flood.refused) <= WAITS
            assert 452 in flood.refused
            assert hub.events("not-kept")

            filler.unlink()
            flood.ends(within=90)
            # What could not be filed meanwhile is due again later.
            until(lambda: len(hub.posted()) == MAILS, 90, "every mail is a post")
            hub.settle(within=90)
            assert hub.starts == 1
        all_went_once(hub, relay)


# The database.


@pytest.mark.parametrize(
    "seconds", [3.0, pytest.param(25.0, marks=pytest.mark.long, id="longer than is waited")]
)
def test_a_locked_database_is_waited_for(tmp_path: Path, seconds: float) -> None:
    with RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, members=MEMBERS)
        with hub, Flood(hub.port, hub.members, MAILS) as flood:
            relay.wait_for(COPIES // 4, within=90)
            with closing(
                sqlite3.connect(tmp_path / "data" / "mailhub.db", timeout=20, isolation_level=None)
            ) as other:
                other.execute("BEGIN EXCLUSIVE")
                taken, locked = len(flood.answered), time.monotonic()
                while time.monotonic() < locked + seconds:
                    # Whoever had his commit before the lock may get his answer after it.
                    assert len(flood.answered) <= taken + 8
                    time.sleep(0.05)
                other.execute("ROLLBACK")
            flood.ends(within=90)
            hub.settle(within=90)
            assert set(flood.refused) <= WAITS
        all_went_once(hub, relay)


def test_postgresql_and_redis_are_killed_and_come_back(
    tmp_path: Path, postgres_server: Postgres, redis_server: Redis
) -> None:
    url = postgres_server.fresh()
    with RememberingRelay() as relay:
        hub = WholeHub(
            tmp_path,
            relay.url,
            APART,
            members=MEMBERS,
            database_url=url,
            redis_url=redis_server.fresh(),
        )
        with hub, Flood(hub.port, hub.members, 3 * MAILS) as flood:
            relay.wait_for(COPIES // 2, within=90)
            postgres_server.restart()
            relay.wait_for(COPIES, within=90)
            redis_server.restart()
            flood.ends(within=90)
            hub.settle(within=90)
            assert hub.starts == len(APART)
            assert set(flood.refused) <= WAITS
        all_went_once(hub, relay, 3 * MAILS)
    postgres_server.drop(url)


# The relay.


def reasons(hub: WholeHub, state: str) -> dict[str, set[str]]:
    """The words kept with the deliveries of a state, by recipient."""
    found: dict[str, set[str]] = {}
    with hub.hub.database.reading() as session:
        rows = session.execute(
            select(Delivery.address, Delivery.reason).where(Delivery.state == state)
        )
        for address, reason in rows:
            found.setdefault(address, set()).add(reason)
    return found


def test_mail_is_taken_while_the_relay_is_away_and_goes_when_it_is_back(tmp_path: Path) -> None:
    with RememberingRelay() as relay:
        hub = WholeHub(tmp_path, relay.url, members=MEMBERS)
        relay.shut()
        with hub, Flood(hub.port, hub.members, MAILS) as flood:
            flood.ends(within=90)
            hub.settle(within=90)
            assert not flood.refused
            assert hub.states() == {"deferred": COPIES}
            assert hub.figures()["deliveries_deferred"] == COPIES
            assert all(
                "4.4" in word for words in reasons(hub, "deferred").values() for word in words
            )

            # It is calm meanwhile: a busy loop would take seconds of the processor's.
            busy, lines = hub.processor_seconds(), len(hub.log.read_text().splitlines())
            time.sleep(2)
            assert hub.processor_seconds() - busy < 0.5
            assert len(hub.log.read_text().splitlines()) - lines < 5

            relay.open()
            hub.mailhub("queue", "retry")
            hub.mailhub("queue", "wait", "--timeout", "60")
        all_went_once(hub, relay)


def third(recipient: str) -> bool:
    """Whether a recipient is one of those whom the relay does not want."""
    return int(recipient[1 : recipient.index("@")]) % 3 == 0


@pytest.mark.parametrize(
    ("refusal", "state"),
    [(b"550 5.1.1 Nobody here\r\n", "failed"), (b"450 4.2.1 Not today\r\n", "deferred")],
)
def test_a_relay_refuses_every_third_recipient(tmp_path: Path, refusal: bytes, state: str) -> None:
    with RememberingRelay(lambda recipient: refusal if third(recipient) else None) as relay:
        hub = WholeHub(tmp_path, relay.url, members=MEMBERS)
        with hub, Flood(hub.port, hub.members, MAILS) as flood:
            flood.ends(within=90)
            hub.settle(within=90)
            unwanted = {member for member in hub.members if third(member)}
            refused = COPIES - relay.came
            assert hub.states() == {"sent": relay.came, state: refused}
            assert reasons(hub, state) == {
                member: {refusal.decode().strip()} for member in unwanted
            }
            assert not unwanted & {recipient for recipient, _ in relay.copies}
            assert hub.figures()["deliveries_waiting"] == 0

            # The operator sees to it, and they go too.
            relay.refuses = lambda recipient: None
            hub.mailhub("queue", "retry")
            hub.mailhub("queue", "wait", "--timeout", "60")
        all_went_once(hub, relay)
