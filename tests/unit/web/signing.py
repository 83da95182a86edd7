"""A hub with its clock set by hand, and Jane, who is no visitor yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.seed import Seeded
from tests.unit.web.browsing import Browser
from tests.web import Site, site_over, sown

JANE = "jane.doe@leeds.example"
TOM = "tom.okafor@devon.example"
NOBODY = "nobody@nowhere.example"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Set to NOW."""
    return Clock()


@pytest.fixture
def site(
    seed: tuple[Path, Seeded], tmp_path: Path, clock: Clock, pair: dict[str, Any]
) -> Iterator[Site]:
    """A hub of this test alone, on each database, with its clock set by hand."""
    url, folder, seeded = pair["database_url"], tmp_path / "hub", seed[1]
    if url:
        seeded = sown(folder, database_url=url)
    else:
        shutil.copytree(seed[0], folder)
    with site_over(folder, seeded, now=clock, database_url=url) as found:
        yield found


@pytest.fixture
def jane(site: Site) -> Browser:
    """Jane's browser."""
    return Browser(site, JANE)
