"""What every page is held to: it is no wider than the screen, and axe finds nothing in it, in light and in dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What is right is not written out, which takes most of the time.
_WRONG_ALONE = {"resultTypes": ["violations"]}
# WCAG 2.5.8 (target-size) is left out by axe itself.
_ALL: dict[str, Any] = {**_WRONG_ALONE, "rules": {"target-size": {"enabled": True}}}
# In dark a page is the same but for its colours.
_COLOURS = {
    **_WRONG_ALONE,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def look_over(page: Page) -> None:
    """Look at a page as it stands."""
    assert page.evaluate(WIDER) is False, page.url
    for scheme, options in (("light", _ALL), ("dark", _COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        results = Axe().run(page, options=options)
        assert results.violations_count == 0, results.generate_report()
