"""mailhub's front door and spool, and nothing behind them.

    python -m benchmarks.door FOLDER

Prints its port; ends when its standard input does.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from mailhub import refusals
from mailhub.app.figures import Figures
from mailhub.app.smtpd import FrontDoor
from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.models import Community
from mailhub.refusals import Refusal
from mailhub.settings import Settings
from mailhub.spool import Spool
from tests.door_threads import in_a_thread


def clock() -> datetime:
    """Now."""
    return datetime.now(UTC)


def main(folder: Path) -> None:
    """Until standard input ends."""
    settings = Settings(data_dir=folder, smtp_listen="127.0.0.1:0")
    database = Database(settings.effective_database_url)
    upgrade(database)
    with database.writing() as session:
        session.add(Community(slug="policy", name="Policy", created_at=clock()))

    def knows(address: str) -> Refusal | None:
        with database.reading() as session:
            slug = address.partition("@")[0]
            found = session.scalar(select(Community.id).where(Community.slug == slug))
        return None if found else refusals.UNKNOWN_ADDRESS

    figures = Figures(CollectorRegistry())
    spool = Spool(database, clock, on_group=figures.on_group)
    # One line a mail, as `mailhub serve` writes it, into a file.
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory((folder / "log").open("w")),
        cache_logger_on_first_use=True,
    )
    with in_a_thread(FrontDoor(settings, spool, knows, clock, figures)) as door:
        assert door.smtp_address
        print(door.smtp_address[1], flush=True)
        sys.stdin.read()
    spool.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
