"""Crawlers over forty communities, open, closed and secret: nobody comes upon what is not theirs, by links, by forms
or by direct address; in no page, feed, file, hit, count, redirect or header.

Every community has words of its own that occur nowhere else: in its name, and in what is inside.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.unit.web import crawling as _crawling
from tests.unit.web.browsing import Browser
from tests.unit.web.crawling import (
    ALL_OF_THEM,
    FACILITATOR,
    LOOKED_AFTER,
    MANY,
    MOVED,
    OF_ONE,
    ONE,
    Crawl,
    betrayed,
    browser_of,
    crawl,
    inside,
    name_of,
    readable,
    visibility,
)
from tests.web import Site

hub_site, everything = _crawling.hub_site, _crawling.everything


def test_there_is_something_to_betray(everything: Crawl) -> None:
    """The crawler that may see all comes upon every word of every community."""
    told = "\n".join(text for _, text in everything.told())
    for number in range(MANY):
        assert name_of(number) in told
        assert inside(number) in told
    kinds = (
        "/threads/",
        "/m/",
        "/library/",
        "/changes/2",
        "/blog/",
        "/events/",
        "/headlines/",
        "/digests/20",
        "/atom.xml",
        "/archive.mbox",
        "/raw/",
        "/search",
    )
    for kind in kinds:
        assert any(
            kind in path and inside(1) in unquote(path) + text for path, text in everything.told()
        ), kind


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_who_follows_links_comes_upon_nothing_else(hub_site: Site, address: str) -> None:
    crawled = crawl(browser_of(hub_site, address))
    assert len(crawled.answers) > 200
    assert betrayed(crawled, address) == []
    statuses = {path: answer.status_code for path, answer in crawled.answers.items()}
    assert {s for s in statuses.values() if s >= 500} == set()


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_nor_who_knows_every_address(hub_site: Site, everything: Crawl, address: str) -> None:
    browser = browser_of(hub_site, address)
    tried = crawl(browser, list(everything.answers))
    assert betrayed(tried, address) == []
    may_read = readable(address)
    for path, answer in tried.answers.items():
        place = re.match(r"/c/c-zname(\d\d)q(/.*)", path)
        if place is None or int(place[1]) in may_read:
            continue
        number = int(place[1])
        if visibility(number) == "secret":
            assert answer.status_code == 404, path
        else:
            assert answer.status_code == (200 if place[2] == "/" else 403), path


@pytest.mark.parametrize("address", [ONE, FACILITATOR])
def test_nor_a_feed_reader_with_their_link(hub_site: Site, everything: Crawl, address: str) -> None:
    page = browser_of(hub_site, address).get("/me/").text
    (link,) = set(re.findall(r'href="(/reader/[a-z2-7]+)/', page))
    feeds = [link + path for path in everything.answers if path.endswith("/atom.xml")]
    tried = crawl(Browser(hub_site), feeds)
    assert betrayed(tried, address) == []
    told = "\n".join(text for _, text in tried.told())
    mine = OF_ONE if address == ONE else LOOKED_AFTER
    assert inside(mine) in told


def test_what_is_secret_answers_as_what_is_not_there(hub_site: Site, everything: Crawl) -> None:
    stranger = Browser(hub_site)
    secret = f"c-{name_of(2)}"
    for path in everything.answers:
        if path.startswith(f"/c/{secret}/"):
            there, nowhere = stranger.get(path), stranger.get(path.replace(secret, "c-nosuch"))
            assert there.status_code == nowhere.status_code == 404
            assert there.text.replace(secret, "c-nosuch") == nowhere.text, path


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_counts_tell_of_nothing_else(hub_site: Site, address: str) -> None:
    browser = browser_of(hub_site, address)
    mine, all_ = len(readable(address)), Browser(hub_site, ALL_OF_THEM)
    all_.signs_in()
    of_all = re.search(r'role="status">(\d+) results', all_.get("/search?q=kestrel").text)
    of_me = re.search(r'role="status">(\d+) results', browser.get("/search?q=kestrel").text)
    assert of_all
    assert of_me
    each = int(of_all[1]) / MANY
    assert int(of_me[1]) == round(each * mine) - 2  # the posts of the discussion that was moved
    for number in set(range(MANY)) - readable(address):
        found = browser.get(f"/search?q={inside(number)}").text
        assert "Nothing here has all of these words" in found
        within = browser.get(f"/c/c-{name_of(number)}/search?q=kestrel")
        assert within.status_code in (403, 404)


def test_a_discussion_moved_to_where_one_may_not_read_is_not_there_any_more(
    hub_site: Site, everything: Crawl
) -> None:
    here, there = (f"/c/c-{name_of(number)}" for number in MOVED)
    address = f"{here}/m/{inside(MOVED[0])}.0@x.example"
    stranger = Browser(hub_site)
    assert stranger.get(address).status_code == 404
    member = Browser(hub_site, ALL_OF_THEM)
    member.signs_in()
    answer = member.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{there}/m/")
