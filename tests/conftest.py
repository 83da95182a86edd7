"""The servers that tests ask for, each started once when the first test wants it.

`pair` runs a test twice, over the two pairs that the product runs on.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from playwright.sync_api import Browser, Page

from mailhub import migrations
from mailhub.app.cli import COLLECT_AFTER
from mailhub.database import Database
from tests.compiled import share_what_is_compiled
from tests.servers.chromium import chromium
from tests.servers.memory import in_memory
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.sink import Sink
from tests.tables import NAME, tables_in

_FIRST = {name: place for place, name in enumerate(("crash", "compose", "story", "conversations"))}
# A test that asks for the fixture carries the mark: `pytest -m "not postgres"` leaves it out.
MARKS = {
    "postgres_server": "postgres",
    "redis_server": "redis",
    "postfix": "postfix",
    "sink": "postfix",
    "browser": "chromium",
}


def pytest_configure() -> None:
    """While tests are collected nothing is thrown away, so nothing is looked through for garbage. What
    tests write goes to memory, where that may be: a tenth of their time went into disks."""
    gc.disable()
    share_what_is_compiled()
    _let_loggers_forget()
    if memory := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def _let_loggers_forget() -> None:
    """A command that a test runs sets the logs up for its process, and each logger would keep to that, whoever
    listens to it in a later test."""
    configure = structlog.configure
    structlog.configure = lambda **how: configure(**how | {"cache_logger_on_first_use": False})


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """The logs of the next test are as they were before any command was run."""
    yield
    structlog.reset_defaults()


def pytest_collection_finish() -> None:
    """Nor are they later: thousands of tests, and all that was imported, stay to the end."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the servers that it needs. The files that take longest come first: with
    several processes none of them is left to one at the end."""
    items.sort(key=lambda item: _FIRST.get(item.path.parent.name, len(_FIRST)))
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
def postgres_template(postgres_server: Postgres) -> str:
    """The URL of a PostgreSQL database with every table and nothing in it, to be copied."""
    url = postgres_server.fresh()
    database = Database(url)
    migrations.upgrade(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a SQLite database with every table and nothing in it, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    tables_in(folder)
    return folder / NAME


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


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Where a test's mail goes that leaves: `Settings(relay_url=f"smtp://127.0.0.1:{sink.port}")`."""
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    One for each module, not for the session: while it runs, `asyncio.run` cannot be used.
    """
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new tab that shares nothing with others, 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.redis]),
    ]
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Settings of the two pairs that the product runs on: `Settings(data_dir=tmp_path, **pair)`.

    SQLite in the data dir with jobs in the process; PostgreSQL with Redis. Both have their tables, which
    take longer to make than most tests, and are empty.
    """
    if request.param == "sqlite":
        tables_in(tmp_path)
        yield {"database_url": "", "redis_url": ""}
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.fresh(like=request.getfixturevalue("postgres_template"))
    yield {"database_url": url, "redis_url": request.getfixturevalue("redis_url")}
    server.drop(url)
