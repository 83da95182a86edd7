"""The pages of a small seeded hub, to be asked by a client or opened in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import waitress
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from mailhub.app.hub import Hub, owners_folder, put_together
from mailhub.database import Database
from mailhub.dispatch import Dispatch
from mailhub.logbook import Logbook
from mailhub.migrations import upgrade
from mailhub.settings import Settings
from tests.seed import Seeded, sow
from web_archive.app import create_app

LONG_AFTER = datetime(2036, 1, 1, tzinfo=UTC)
SECRET = "a secret of the tests"


@dataclass
class Site:
    """A seeded hub and its pages."""

    settings: Settings
    database: Database
    seeded: Seeded
    app: Flask

    @property
    def client(self) -> FlaskClient:
        """Someone without cookies."""
        return self.app.test_client(use_cookies=False)

    def page(self, address: str) -> str:
        """The HTML at an address that answers 200."""
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{answer.status_code} {address}"
        return answer.text


@dataclass(frozen=True)
class SeededHub:
    """A hub in which the seed was sown: its folder, its PostgreSQL or "", and what was sown."""

    folder: Path
    database_url: str
    seeded: Seeded


def sown(folder: Path, postbox: bool = False, database_url: str = "") -> Seeded:
    """A new hub under `folder`, with the seed in it; what was sown.

    With `postbox`, what the members get is delivered to their mailboxes.
    """
    settings = Settings(
        data_dir=folder,
        domain="lists.example.org",
        secret_key=SecretStr(SECRET),
        database_url=database_url,
    )
    hub = put_together(settings)
    upgrade(hub.database)
    seeded = sow(hub)
    if postbox:
        _deliver(hub)
    if hub.database.is_sqlite:
        with hub.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    hub.database.close()
    return seeded


def _deliver(hub: Hub) -> None:
    way_out = hub.courier()
    dispatch = Dispatch(
        hub.database,
        way_out,
        hub.tools.site,
        hub.tools.templates,
        logbook=Logbook(owners_folder(hub.settings), "tests"),
        clock=lambda: LONG_AFTER,
        dice=Random(1),
    )
    dispatch.deliver()
    dispatch.close()
    way_out.close()


@contextmanager
def site_over(
    folder: Path,
    seeded: Seeded,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **settings: Any,
) -> Iterator[Site]:
    """The pages of a hub that was sown under `folder`."""
    chosen = Settings(data_dir=folder, domain="lists.example.org", **settings)
    database = Database(chosen.effective_database_url)
    registry = CollectorRegistry()
    app = create_app(chosen, database, SECRET.encode(), registry, now=now)
    yield Site(chosen, database, seeded, app)
    database.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app behind a real web server in a thread; gives the site's address."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)
