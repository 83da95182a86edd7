"""Hostile mail in a real Chromium: no script runs, no request leaves, no style leaves its post.

First without the site's Content-Security-Policy, so that what makes the HTML safe is proven alone;
then on the site's own pages, with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from mailhub.models import PostBody
from tests.corpora import corpora
from tests.hostile import LEAKS, OWN, RUNS, from_bleach, from_feedparser
from tests.hostile_kinds import OTHER_KINDS
from tests.web import Site, served, site_over, sown
from web_archive.mail_writer import Shown
from web_archive.safe_html import make_safe

HOOK = """
window.ran = [];
window.hook = window.alert = (...given) => { window.ran.push(String(given)); };
"""
# Everything that a reader might do to every element.
TRY_ALL = """async () => {
  const kinds = ['click', 'mouseover', 'mousemove', 'mouseenter', 'pointerover', 'focus', 'focusin',
    'toggle', 'input', 'change', 'submit', 'keydown', 'wheel', 'animationstart', 'load', 'error'];
  document.addEventListener('click', event => event.preventDefault());
  for (const element of document.querySelectorAll('.post-body, .post-body *'))
    for (const kind of kinds)
      element.dispatchEvent(new Event(kind, {bubbles: true, cancelable: true}));
  await new Promise(done => setTimeout(done, 300));
  return window.ran;
}"""
FOUND = """() => {
  const found = new Set();
  for (const element of document.querySelectorAll('.post-body *')) {
    found.add(element.localName);
    for (const {name, value} of element.attributes) {
      found.add(element.localName + '@' + name);
      if (['href', 'src'].includes(name)) found.add(value.replace(/^(\\w+:|\\/c\\/).*/s, '$1'));
    }
  }
  return [...found];
}"""
SHOWN = Shown(picture=lambda cid: f"/c/policy/picture/1/{cid}", earlier="Earlier", table="Table")
ALL = [*RUNS, *LEAKS, *OWN, *OTHER_KINDS]
assert len(OWN) >= 60


def whole(bodies: list[str]) -> str:
    articles = "".join(f'<article class="post-body">{body}</article>' for body in bodies)
    return f"<!doctype html><html><body><main>{articles}</main></body></html>"


@pytest.fixture
def listening(page: Page) -> tuple[Page, list[str]]:
    """A page with the hook in it, and every request that it makes; none of them reaches anything."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.add_init_script(HOOK)
    page.on("request", note)
    page.route(re.compile("elsewhere|x.example"), lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.dismiss())
    return page, asked


@pytest.mark.parametrize("markup", RUNS)
def test_the_hook_is_noticed(listening: tuple[Page, list[str]], markup: str) -> None:
    page, _ = listening
    page.goto("about:blank")
    page.set_content(whole([markup]))
    page.wait_for_function("() => window.ran.length > 0", timeout=60_000)


def test_a_request_is_noticed(listening: tuple[Page, list[str]]) -> None:
    page, asked = listening
    page.goto("about:blank")
    page.set_content(whole(["<img src=https://elsewhere.example/p.gif>"]))
    page.wait_for_timeout(200)
    assert "https://elsewhere.example/p.gif" in asked


@pytest.mark.parametrize("origin", ["own", "feedparser", "bleach"])
def test_nothing_runs_and_nothing_is_asked_for(
    listening: tuple[Page, list[str]], origin: str
) -> None:
    page, asked = listening
    markup = {
        "own": lambda: ALL,
        "feedparser": lambda: from_feedparser(corpora("html/feedparser")),
        "bleach": lambda: from_bleach(corpora("html/bleach")),
    }[origin]()
    assert len(markup) >= 20
    page.goto("about:blank")
    page.set_content(whole([make_safe(one, SHOWN) for one in markup]))
    assert page.evaluate(TRY_ALL) == []
    assert page.locator("article.post-body").count() == len(markup)
    assert [url for url in asked if not url.startswith(("about:", "file:"))] == []
    _check(page.evaluate(FOUND))


def _check(found: list[str]) -> None:
    """Only listed elements and attributes stand in the posts, with harmless addresses."""
    elements = {name for name in found if re.fullmatch(r"[a-z0-9]+", name)}
    assert not elements & {"script", "style", "iframe", "form", "input", "svg", "math", "object"}
    assert not elements & {"meta", "link", "base", "button", "textarea", "video", "audio", "embed"}
    attributes = {name.partition("@")[2] for name in found if "@" in name}
    assert attributes <= {
        "href",
        "rel",
        "class",
        "src",
        "alt",
        "width",
        "height",
        "dir",
        "lang",
        "colspan",
        "rowspan",
        "span",
        "start",
        "value",
        "open",
        "role",
        "tabindex",
        "aria-label",
    }
    addresses = {name for name in found if name.endswith(":") or name.startswith("/")}
    assert addresses <= {"http:", "https:", "/c/"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    seeded = sown(folder)
    with site_over(folder, seeded, relay_url="smtp://127.0.0.1") as found:
        yield found


def test_the_sites_own_pages_stay_whole(site: Site, listening: tuple[Page, list[str]]) -> None:
    page, asked = listening
    complaints: list[Any] = []
    page.on("console", lambda told: complaints.append(told.text))
    with site.database.writing() as session:
        for number in range(1, 8):
            session.get_one(PostBody, number).html = "\n".join(
                f"<div>{one}</div>" for one in ALL[number - 1 :: 7] if "<plaintext" not in one
            )
    with served(site.app) as base:
        page.goto(f"{base}/c/policy/threads/1")
        assert page.locator("article.post-body").count() == 7
        assert page.evaluate(TRY_ALL) == []
        assert [url for url in asked if not url.startswith(base)] == []
        assert {
            url.removeprefix(base).partition("?")[0] for url in asked if "picture" not in url
        } == {
            "/c/policy/threads/1",
            "/static/style.css",
            "/static/icon.svg",
        }
        # Nothing of a post got out of it, and the page around is as it was.
        assert page.locator("main > ol.thread > li").count() == 7
        assert page.locator("h1").all_inner_texts() == [
            "Indicator 6: how do you count “determined”?"
        ]
        assert page.locator("body > *").count() == 5
        assert page.locator("form").count() == 1
        violations = [text for text in complaints if "Content Security Policy" in text]
        assert violations == []
