"""The servers that tests ask for, each started once when the first test wants it.

`pair` runs a test twice, over the two pairs that the product runs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

# A test that asks for the fixture carries the mark: `pytest -m "not postgres"` leaves it out.
MARKS = {"postgres_server": "postgres", "redis_server": "redis"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the servers that it needs."""
    for item in items:
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server; `fresh(like=url)` copies a database that took long to fill."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    url = postgres_server.fresh()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server."""
    server = Redis()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """An empty Redis."""
    return redis_server.fresh()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.redis]),
    ]
)
def pair(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings of the two pairs that the product runs on: `Settings(data_dir=tmp_path, **pair)`.

    SQLite in the data dir with jobs in the process; PostgreSQL with Redis. Both empty.
    """
    if request.param == "sqlite":
        return {"database_url": "", "redis_url": ""}
    return {
        "database_url": request.getfixturevalue("postgres_url"),
        "redis_url": request.getfixturevalue("redis_url"),
    }
