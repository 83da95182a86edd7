"""A seeded hub behind a real web server, for all tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from mailhub.app.hub import put_together
from tests import more_seed
from tests.web import Site, served, site_over, sown


@dataclass(frozen=True)
class ServedSite:
    """The hub, and where its pages are."""

    site: Site
    base: str


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A hub with a postbox in which Jane has mail, and something from every tool."""
    folder = tmp_path_factory.mktemp("archive")
    seeded = sown(folder, postbox=True)
    with site_over(folder, seeded) as site:
        hub = put_together(site.settings)
        more_seed.sow(hub)
        more_seed.sow_meetings(hub)
        more_seed.sow_removed(hub)
        hub.database.close()
        with served(site.app) as base:
            yield ServedSite(site, base)


@pytest.fixture(scope="module", params=[320, 1280])
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a narrow screen and of a wide one."""
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    yield context.new_page()
    context.close()
