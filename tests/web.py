"""The pages of a small seeded hub, to be asked by a client or opened in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from mailhub.app.hub import put_together
from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.settings import Settings
from tests.seed import Seeded, sow
from web_archive.app import create_app

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


def sown(folder: Path) -> Seeded:
    """A new hub under `folder`, with the seed in it; what was sown."""
    settings = Settings(data_dir=folder, domain="lists.example.org", secret_key=SecretStr(SECRET))
    hub = put_together(settings)
    upgrade(hub.database)
    seeded = sow(hub)
    with hub.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    hub.database.close()
    return seeded


@contextmanager
def site_over(folder: Path, seeded: Seeded, **settings: Any) -> Iterator[Site]:
    """The pages of a hub that was sown under `folder`."""
    chosen = Settings(data_dir=folder, domain="lists.example.org", **settings)
    database = Database(chosen.effective_database_url)
    registry = CollectorRegistry()
    app = create_app(chosen, database, SECRET.encode(), registry)
    yield Site(chosen, database, seeded, app)
    database.close()
