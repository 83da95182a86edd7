"""A hub with its clock set by hand, and Jane, who is no visitor yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.unit.web.browsing import Browser
from tests.web import SeededHub, Site, site_over

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
def site(own_seed: SeededHub, clock: Clock) -> Iterator[Site]:
    """A hub of this test alone, on each database, with its clock set by hand."""
    url = own_seed.database_url
    with site_over(own_seed.folder, own_seed.seeded, now=clock, database_url=url) as found:
        yield found


@pytest.fixture
def jane(site: Site) -> Browser:
    """Jane's browser."""
    return Browser(site, JANE)
