"""With the Tab key, Enter and letters alone: searching, signing in, changing how mail comes, leaving; and joining, by the
postbox. No step of a way takes more presses than a person has patience for."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import ServedSite
from tests.unit.web.browsing import mailed, settle

ALISON = "alison.beckett@kirklees.example"
PATIENCE = 45  # presses of a key
NAME = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].textContent : "";
  return one.localName + " " + (label || one.textContent).trim().replace(/\\s+/g, " ");
}"""


def _tabs_to(page: Page, what: str) -> None:
    """Press Tab until the focus is on what begins so: an element's name, and its label or text."""
    met = []
    for _ in range(PATIENCE):
        page.keyboard.press("Tab")
        met.append(page.evaluate(NAME))
        if met[-1].startswith(what):
            return
    raise AssertionError(f"no {what} among {met}")


def _enters(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_searching_signing_in_changing_how_mail_comes_and_leaving(
    archive: ServedSite, page: Page
) -> None:
    page.goto(archive.base)
    _tabs_to(page, "input Search all communities")
    page.keyboard.type("indicator")
    _enters(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “indicator”")
    _tabs_to(page, "summary Narrow the search")
    page.keyboard.press("Enter")
    _tabs_to(page, "input Titles only")
    page.keyboard.press("Space")
    _enters(page)
    expect(page.get_by_label("Titles only")).to_be_checked()

    _tabs_to(page, "a Sign in")
    _enters(page)
    _tabs_to(page, "input Your email address")
    page.keyboard.type(ALISON)
    _enters(page)
    settle(archive.site)
    page.goto(f"{archive.base}/signin/{mailed(archive.site, ALISON)[-1]}")
    _tabs_to(page, "button Sign in")
    _enters(page)
    assert "titles=1" in page.url  # where it began

    _tabs_to(page, "a Alison Beckett")
    _enters(page)
    _tabs_to(page, "select Mail of Policy and Performance comes")
    for _ in ("daily", "weekly", "monthly"):
        page.keyboard.press("ArrowDown")
    _tabs_to(page, "button Save how mail of Policy")
    _enters(page)
    expect(page.get_by_role("status")).to_contain_text("A mail is on its way")
    expect(page.get_by_label("Mail of Policy and Performance comes")).to_have_value("monthly")
    _tabs_to(page, "summary Pause, listing, leaving: Policy and Performance")
    page.keyboard.press("Enter")
    _tabs_to(page, "button Leave Policy and Performance")
    _enters(page)
    expect(page.get_by_role("link", name="Policy and Performance")).to_have_count(0)


def test_asking_to_join_by_the_postbox(archive: ServedSite, page: Page) -> None:
    page.goto(f"{archive.base}/postbox/")
    _tabs_to(page, "a Jane Doe")
    _enters(page)
    _tabs_to(page, "a Write")
    _enters(page)
    for field, words in (("input To", "policy+join@lists.example.org"), ("input Subject", "join")):
        _tabs_to(page, field)
        page.keyboard.type(words)
    _tabs_to(page, "button Send as Jane Doe")
    # Nothing listens for mail here: what the form says of that shows that it was sent.
    _enters(page)
    expect(page.get_by_role("alert")).to_be_visible()
