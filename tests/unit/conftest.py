"""A database for each test that asks for one, and what fills it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.settings import Settings
from tests.servers.postgres import Postgres
from tests.unit.librarian import Library
from tests.unit.mover import Mover


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database that the hub can use; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "mailhub.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.fresh(like=request.getfixturevalue("postgres_template"))
    database = Database(Settings(database_url=url).effective_database_url)
    yield database
    database.close()
    if request.param != "sqlite":
        server.drop(url)


@pytest.fixture
def lib(database: Database, tmp_path: Path) -> Iterator[Library]:
    """A library in one transaction, over an empty database of each kind."""
    with database.writing() as session:
        yield Library(session, Blobs(tmp_path / "blobs"))


@pytest.fixture
def mover(database: Database, tmp_path: Path) -> Mover:
    """Somebody with archives, over an empty database of each kind."""
    return Mover(database, tmp_path)
