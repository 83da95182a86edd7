"""Pages to which no link leads: refusals, links of mails, what comes after a button. They are held to what all pages are; and no
page of ours is in neither table."""

from __future__ import annotations

from typing import Any

import pytest
from flask import render_template, template_rendered
from playwright.sync_api import Browser, Page, Route, expect

from mailhub.app.hub import clock
from mailhub.models import Community, Hold
from mailhub.words import templates_folder
from tests.browser.conftest import ServedSite
from tests.browser.looking_over import look_over
from tests.browser.test_pages_for_all import LED_TO, SIGNED_IN, TYPES, address_of
from tests.unit.web.test_valid import valid
from web_archive.cookies import VISIT

LONG = "Retrofit" * 30  # a name of one word that no screen holds
ASKING = {"form": "x", "to": "/", "address": f"jane.doe@{'sub.' * 20}example"}
HELD = Hold(
    id=1,
    subject=f"Zebras {LONG}",
    author_name="Mallory",
    author_address="mallory@evil.example",
    held_at=clock(),
    reason="stranger",
)
WAITS = [(HELD, Community(slug="policy", name=f"Policy {LONG}"))]
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "too much was asked for": ("refused.html", {"status": 429, "place": None}),
    "busy": ("refused.html", {"status": 503, "place": None}),
    "a form that is too old": ("refused.html", {"status": 403, "place": None}),
    "too large": ("refused.html", {"status": 413, "place": None}),
    "not possible": ("refused.html", {"status": 405, "place": None}),
    "a notice that is over": ("hold_over.html", {}),
    "was it you": ("hold_asked.html", {"asked": True, "several": True, "token": "x", "held": HELD}),
    "asked too often": ("hold_asked.html", {"asked": False, "several": False, "held": HELD}),
    "what waits": ("waiting.html", {"mails": WAITS, "reasons": {}, "form": "x"}),
    "nothing waits": ("waiting.html", {"mails": [], "reasons": {}, "form": "x"}),
    "leave": ("unsubscribe.html", {"token": "x", "name": LONG, "done": False}),
    "left": ("unsubscribe.html", {"token": "x", "name": "", "done": True}),
    "left already": ("unsubscribe.html", {"token": "x", "name": "", "done": False}),
    "no digests": ("digests_off.html", {"token": "x", "frequency": "weekly", "done": False}),
    "no more digests": ("digests_off.html", {"token": "x", "frequency": "", "done": True}),
    "no newsletters": ("newsletters_off.html", {"token": "x", "done": False}),
    "no more newsletters": ("newsletters_off.html", {"token": "x", "done": True}),
    "a link was asked for": ("sign_in_asked.html", ASKING),
    "a link to sign in": ("sign_in_link.html", {"link": "x", "form": "x"}),
    "no address": ("sign_in.html", {"problem": True, "form": "x", "to": ""}),
}
WITH_A_NOTICE = {"hold.html", "holds.html"}  # tests/browser/test_held_mail.py
FRAMES = {"base.html", "in_community.html", "postbox/frame.html"}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_rare_pages(archive: ServedSite, screen: Page, name: str) -> None:
    template, facts = PAGES[name]
    with archive.site.app.test_request_context("/"):
        html = render_template(template, **facts)
    valid(html)

    def give(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    screen.route("**/rare", give)
    screen.goto(f"{archive.base}/rare")
    look_over(screen)
    screen.unroute("**/rare")


def test_a_fault_of_ours_is_a_page_that_says_so_and_no_more(
    archive: ServedSite, browser: Browser
) -> None:
    for table, path, width in (("community", "/", 320), ("visit", "/me/", 1280)):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": VISIT, "value": "x" * 43, "url": archive.base}])
        page = context.new_page()
        _rename(archive, table, f"{table}_away")
        try:
            answer = page.goto(archive.base + path)
        finally:
            _rename(archive, f"{table}_away", table)
        assert answer
        assert answer.status == 500
        expect(page.get_by_role("heading", level=1)).to_have_text("This did not work")
        assert "no such table" not in page.content()
        valid(answer.text())
        look_over(page)
        # Whose cookie it is could not be asked: so it is left alone.
        if table == "visit":
            assert [one["name"] for one in context.cookies()] == [VISIT]
        context.close()


def _rename(archive: ServedSite, table: str, to: str) -> None:
    with archive.site.database.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


def test_no_page_of_ours_is_in_neither_table(archive: ServedSite) -> None:
    shown = {template for template, _ in PAGES.values()} | WITH_A_NOTICE

    def note(_app: object, template: Any, **_facts: object) -> None:
        shown.add(template.name)

    template_rendered.connect(note, archive.site.app)
    new = {"Cookie": "any=1"}  # whoever sends one is given no page that was made before
    for name in {*TYPES, *LED_TO} - set(SIGNED_IN):
        address = address_of(archive, name).removeprefix(archive.base)
        archive.site.client.get(address, headers=new)
    template_rendered.disconnect(note, archive.site.app)
    folder = templates_folder() / "web"
    ours = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    ours = {name for name in ours if not name.rpartition("/")[2].startswith("_")} - FRAMES
    assert ours - shown == {"me.html"}  # which only who signs in sees: it is among SIGNED_IN
