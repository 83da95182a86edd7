"""The seeded hub: sown once, shared by the tests that only look, copied for those that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.seed import Seeded
from tests.web import Site, site_over, sown


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    """The folder of a seeded hub, and what was sown."""
    folder = tmp_path_factory.mktemp("seed")
    return folder, sown(folder)


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
