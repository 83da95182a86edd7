"""Every page type for everyone: no violation that axe finds, on any screen, in light and dark; all of
it reached by links and forms with JavaScript off; nothing wider than the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page, expect

from mailhub import membership
from mailhub.membership import claims
from mailhub.models import Person, Visit
from mailhub.visits.links import hashed
from tests.browser.conftest import ServedSite
from tests.browser.looking_over import WIDER, look_over
from tests.unit.web.browsing import mailed, settle
from web_archive import links
from web_archive.cookies import VISIT

OWN = "/me/"
SIGNED_IN = ("own page", "a closed community to its member")
TYPES = {
    "home": "/",
    "community": "/c/policy/",
    "closed": "/c/chief-execs/",
    "discussions": "/c/policy/threads/",
    "months": "/c/policy/threads/months/",
    "month": "/c/policy/threads/2026-11/",
    "thread": "/c/policy/threads/1",
    "flat thread": "/c/policy/threads/1?view=flat",
    "post": links.post("policy", "AM0PR04MB1234/5678%20A1@eurprd04.prod.example"),
    "removed post": links.post("policy", "sent0@leeds.example"),
    "library": "/c/policy/library/",
    "document": "/c/policy/library/1",
    "people": "/c/policy/people/",
    "search": "/search?q=plan",
    "search in a community": "/c/policy/search?q=indicator",
    "nothing found": "/search?q=xylophone",
    "not found": "/nowhere",
    "not for strangers": "/c/chief-execs/threads/",
    "sign in": "/signin",
    "link of another browser": "/signin/unknown",
    "own page": OWN,
    "a closed community to its member": "/c/chief-execs/",
    "postbox": "/postbox/",
    "mailbox": "/postbox/jane.doe@leeds.example/",
    "write": "/postbox/jane.doe@leeds.example/write",
    "events": "/c/policy/events/",
    "past events": "/c/policy/events/?past=1",
    "blogs": "/c/policy/blog/",
    "headlines": "/c/policy/headlines/",
    "past digests": "/c/policy/digests/",
}
# Where the first link of a page leads that looks so.
LED_TO = {
    "letter": ("/postbox/jane.doe@leeds.example/", r'href="(/postbox/[^"]*/letter/[^"]*)"'),
    "digest of a week": ("/c/policy/digests/", r'href="(/c/policy/digests/20[^"]+)"'),
    "two wide tables": ("/c/policy/threads/", r'href="(/c/policy/threads/\d+)">Our figures'),
    "event": ("/c/policy/events/", r'href="(/c/policy/events/\d+)"'),
    "blog entry": ("/c/policy/blog/", r'href="(/c/policy/blog/\d+)">A week'),
    "blog of one author": ("/c/policy/blog/", r'href="(/c/policy/blog/by/\d+)"'),
    "what a version changed": ("/c/policy/library/", r'href="(/c/policy/library/\d+)">Guidance'),
}


def address_of(archive: ServedSite, page_type: str) -> str:
    if page_type in TYPES:
        return archive.base + TYPES[page_type]
    beside, link = LED_TO[page_type]
    address = re.findall(link, archive.site.page(beside))[0]
    if page_type == "what a version changed":
        address += "/changes/2"
    return archive.base + str(address)


@pytest.fixture(scope="module")
def visit(archive: ServedSite) -> SetCookieParam:
    """The cookie of Jane, who is signed in and has two addresses."""
    now, jane = datetime.now(UTC), archive.site.seeded.people["Jane"]
    with archive.site.database.writing() as session:
        person = session.get_one(Person, jane)
        claims.attach(session, person, "jane@home.example", now, by=membership.OPERATOR)
        session.add(
            Visit(
                secret=hashed("a-secret"),
                person_id=jane,
                address="jane.doe@leeds.example",
                began_at=now,
                seen_at=now,
                ends_at=now + timedelta(days=1),
            )
        )
    return {"name": VISIT, "value": "a-secret", "url": archive.base}


@pytest.mark.parametrize("page_type", [*TYPES, *LED_TO])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    archive: ServedSite, screen: Page, visit: SetCookieParam, page_type: str
) -> None:
    screen.context.clear_cookies()
    if page_type in SIGNED_IN:
        screen.context.add_cookies([visit])
    screen.goto(address_of(archive, page_type))
    if page_type in SIGNED_IN:
        expect(screen.locator(".visitor")).to_have_text("Jane Doe")
    for fold in screen.locator("summary").all():
        fold.click()
    look_over(screen)


def test_signing_in_and_the_own_page_work_with_the_keyboard_and_without_javascript(
    archive: ServedSite, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{archive.base}/c/chief-execs/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Your email address").focus()
    page.keyboard.type("tom.okafor@devon.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    settle(archive.site)
    link = mailed(archive.site, "tom.okafor@devon.example")[-1]
    page.goto(f"{archive.base}/signin/{link}")
    page.get_by_role("button", name="Sign in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{archive.base}/c/chief-execs/")  # where it began
    expect(page.get_by_role("heading", name="Latest discussions")).to_be_visible()
    page.get_by_role("link", name="Tom Okafor").first.click()
    page.get_by_label("Mail of Retrofit in Social Housing comes").select_option("weekly")
    page.get_by_role("button", name="Save how mail of Retrofit in Social Housing comes").click()
    expect(page.get_by_role("status")).to_contain_text("A mail is on its way")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    context.close()


def test_every_page_is_reached_by_links_and_forms_without_javascript(
    archive: ServedSite, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(archive.base)
    page.get_by_role("link", name="Policy and Performance").first.click()
    page.get_by_role("link", name="All discussions").click()
    page.get_by_role("link", name="Indicator 6").click()
    expect(page.locator("article.post-body")).to_have_count(7)
    # A fold opens without a script.
    expect(page.get_by_text("line 7 of what Martin wrote")).to_be_hidden()
    page.locator("summary").last.click()
    expect(page.get_by_text("line 7 of what Martin wrote")).to_be_visible()
    page.locator("li.depth-1 > header a").first.click()
    page.wait_for_url("**/m/AM0PR04MB1234%2F5678%2520A1@*")
    expect(page.locator("article.post-body")).to_have_count(1)
    page.get_by_role("link", name="The whole discussion").click()
    page.get_by_role("link", name="Planning indicator note.docx").first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download version 2").click()
    assert coming.value.suggested_filename == "Planning indicator note.docx"
    page.get_by_role("link", name="Library").click()
    page.get_by_role("searchbox").fill("template")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Two-page plan template").click()
    page.wait_for_url("**/c/policy/library/2")
    page.get_by_role("link", name="All communities").click()
    page.get_by_role("link", name="Chief Executives").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chief Executives")
    page.get_by_role("link", name="Postbox").click()
    page.get_by_role("link", name="Jane Doe").first.click()
    page.locator(".row-title a").first.click()
    expect(page.get_by_role("button", name="Send as Jane Doe")).to_be_visible()
    context.close()


def test_the_keyboard_alone_suffices(archive: ServedSite, page: Page) -> None:
    page.goto(f"{archive.base}/c/policy/threads/1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen: set[str] = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        tag = page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              const visible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              return document.activeElement.localName + (visible ? '' : ' unseen');
            }"""
        )
        seen.add(tag)
    assert {"a", "summary", "div"} <= seen  # links, folds, tables that may scroll
    assert not {tag for tag in seen if "unseen" in tag and not tag.startswith("body")}


def test_text_at_twice_its_size_stays_on_the_screen(archive: ServedSite, page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 800})
    for page_type in sorted({*TYPES, *LED_TO} - set(SIGNED_IN)):
        page.goto(address_of(archive, page_type))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(WIDER) is False, page_type
