"""Blogs and headlines for everyone: no violation that axe finds, nothing wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from mailhub.app.hub import put_together
from tests import more_seed
from tests.browser.conftest import ServedSite
from tests.web import served, site_over, sown

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    """A hub with a blog and headlines."""
    folder = tmp_path_factory.mktemp("blog")
    seeded = sown(folder)
    with site_over(folder, seeded, relay_url="smtp://127.0.0.1") as site:
        hub = put_together(site.settings)
        more_seed.sow(hub)
        hub.database.close()
        with served(site.app) as base:
            yield ServedSite(site, base)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    blog: ServedSite, browser: Browser, width: int, scheme: str
) -> None:
    html = blog.site.page("/c/policy/blog/")
    entry = re.findall(r'href="(/c/policy/blog/\d+)">A week', html)[0]
    author = re.findall(r'href="(/c/policy/blog/by/\d+)"', html)[0]
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for address in ("/c/policy/blog/", entry, author, "/c/policy/headlines/"):
        page.goto(blog.base + address)
        assert page.evaluate(WIDER) is False, address
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    context.close()
