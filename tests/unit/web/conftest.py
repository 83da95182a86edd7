"""The seeded hub: sown once, shared by the tests that only look, copied for those that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.seed import Seeded
from tests.servers.postgres import Postgres
from tests.web import SeededHub, Site, site_over, sown


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    """The folder of a seeded hub, and what was sown."""
    folder = tmp_path_factory.mktemp("seed")
    return folder, sown(folder)


@pytest.fixture(scope="session")
def postgres_seed(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, postgres_template: str
) -> SeededHub:
    """The same on PostgreSQL, to be copied."""
    folder = tmp_path_factory.mktemp("postgres-seed")
    url = postgres_server.fresh(like=postgres_template)
    return SeededHub(folder, url, sown(folder, database_url=url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_seed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SeededHub]:
    """Runs a test twice, over a seeded hub on each database."""
    folder = tmp_path / "hub"
    if request.param == "sqlite":
        found, seeded = request.getfixturevalue("seed")
        shutil.copytree(found, folder)
        yield SeededHub(folder, "", seeded)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    seed: SeededHub = request.getfixturevalue("postgres_seed")
    shutil.copytree(seed.folder, folder)
    url = server.fresh(like=seed.database_url)
    yield SeededHub(folder, url, seed.seeded)
    server.drop(url)


@pytest.fixture(scope="session")
def site(seed: tuple[Path, Seeded]) -> Iterator[Site]:
    """A hub that nobody changes."""
    with site_over(*seed, relay_url="smtp://127.0.0.1") as found:
        yield found


@pytest.fixture
def own_site(seed: tuple[Path, Seeded], tmp_path: Path) -> Iterator[Site]:
    """A hub of this test alone, with a postbox."""
    shutil.copytree(seed[0], tmp_path / "hub")
    with site_over(tmp_path / "hub", seed[1]) as found:
        yield found
