"""A database with every table in it, made once and copied for each test that asks for one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub import migrations
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.settings import Settings
from tests.servers.postgres import Postgres
from tests.unit.librarian import Library
from tests.unit.mover import Mover


def _open(url: str) -> Database:
    return Database(Settings(database_url=url).effective_database_url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a SQLite database in which nothing is kept yet."""
    path = tmp_path_factory.mktemp("sqlite") / "mailhub.db"
    database = _open(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The URL of a PostgreSQL database in which nothing is kept yet."""
    url = postgres_server.fresh()
    database = _open(url)
    migrations.upgrade(database)
    database.close()
    return url


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
    database = _open(url)
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
