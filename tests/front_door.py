"""A front door for tests: the real one over a real database, in a thread, on free ports; or, to be
killed, in a process of its own: `python -m tests.front_door FOLDER` prints the port of its SMTP."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from mailhub import refusals
from mailhub.app.figures import Figures
from mailhub.app.smtpd import FrontDoor, Limits
from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.models import Inbound, RawMail
from mailhub.refusals import Refusal
from mailhub.settings import Settings
from mailhub.spool import Spool
from tests.door_threads import in_a_thread
from tests.tables import tables_in

DOMAIN = "lists.localhost"
KNOWN = frozenset(f"{name}@{DOMAIN}" for name in ("policy", "events", "postmaster", "grŵp"))


def knows(address: str) -> Refusal | None:
    """Two communities; asking for a third fails."""
    if address.startswith("fault@"):
        raise RuntimeError("the database is away")
    return None if address.lower() in KNOWN else refusals.UNKNOWN_ADDRESS


def clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Kept:
    """A mail as it stands in the spool."""

    id: int
    peer: str
    helo: str
    mail_from: str
    recipients: list[str]
    raw: bytes


@dataclass
class OpenDoor:
    """The door while it is open, and what stands behind it."""

    door: FrontDoor
    database: Database
    spool: Any
    registry: CollectorRegistry

    @property
    def smtp(self) -> tuple[str, int]:
        """Where SMTP is spoken."""
        assert self.door.smtp_address
        return self.door.smtp_address

    @property
    def lmtp(self) -> tuple[str, int]:
        """Where LMTP is spoken."""
        assert self.door.lmtp_address
        return self.door.lmtp_address

    def kept(self) -> list[Kept]:
        """Every mail that is committed, the oldest first."""
        return kept_in(self.database)

    def figure(self, sample: str, **labels: str) -> float:
        """One of the figures of /metrics."""
        return self.registry.get_sample_value(sample, labels) or 0.0


def kept_in(database: Database) -> list[Kept]:
    """Every mail in the spool of a database, the oldest first."""
    with database.reading() as session:
        rows = session.execute(
            select(Inbound, RawMail.raw)
            .join(RawMail, RawMail.inbound_id == Inbound.id)
            .order_by(Inbound.id)
        )
        return [Kept(i.id, i.peer, i.helo, i.mail_from, list(i.recipients), raw) for i, raw in rows]


@contextmanager
def front_door(
    folder: Path,
    limits: Limits | None = None,
    knows: Callable[[str], Refusal | None] = knows,
    spool: Any = None,
    loop: asyncio.AbstractEventLoop | None = None,
    **settings: Any,
) -> Iterator[OpenDoor]:
    """Opens a door, and closes it."""
    listen = {"smtp_listen": "127.0.0.1:0", "lmtp_listen": "127.0.0.1:0"}
    chosen = Settings(data_dir=folder, **(listen | settings))
    tables_in(folder)
    database = Database(chosen.effective_database_url)
    upgrade(database)
    registry = CollectorRegistry()
    figures = Figures(registry)
    own = spool or Spool(database, clock, on_group=figures.on_group)
    try:
        with in_a_thread(FrontDoor(chosen, own, knows, clock, figures, limits), loop) as door:
            yield OpenDoor(door, database, own, registry)
    finally:
        own.close()
        database.close()


if __name__ == "__main__":
    with front_door(Path(sys.argv[1])) as opened:
        print(opened.smtp[1], flush=True)
        sys.stdin.read()  # until nobody wants it any more
