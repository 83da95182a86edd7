"""The HTML of every page type is what it claims to be: no error that a parser after the standard has to forgive, no id
twice, no label, link or form that leads nowhere on its page, and small enough for a slow line."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import html5lib
import pytest

from mailhub.app.hub import put_together
from tests import more_seed
from tests.unit.web.browsing import Browser
from tests.web import Site
from web_archive import links

JANE = "jane.doe@leeds.example"
TYPES = (
    "/",
    "/c/policy/",
    "/c/policy/threads/",
    "/c/policy/threads/months/",
    "/c/policy/threads/2026-11/",
    "/c/policy/threads/1",
    "/c/policy/threads/1?view=flat",
    links.post("policy", "AM0PR04MB1234/5678%20A1@eurprd04.prod.example"),
    "/c/policy/library/",
    "/c/policy/library/?order=title",
    "/c/policy/library/1",
    "/c/policy/people/",
    "/c/policy/digests/",
    "/c/policy/digests/2026-11-02",
    "/search?q=plan",
    "/search",
    "/c/policy/search?q=indicator",
    "/search?q=xylophone",
    "/nowhere",
    "/c/chief-execs/",
    "/c/chief-execs/threads/",
    "/signin",
    "/signin?to=/c/policy/",
    "/signin/unknown",
    "/me/",
    "/postbox/",
    "/postbox/jane.doe@leeds.example/",
    "/postbox/jane.doe@leeds.example/write",
)
LARGEST = 60_000  # octets of a page without pictures


def valid(html: str) -> ET.Element:
    """The page as a tree; an error of the parser, or an id that is there twice or not at all."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    assert isinstance(tree, ET.Element)
    ids = [one.attrib["id"] for one in tree.iter() if "id" in one.attrib]
    assert sorted(ids) == sorted(set(ids))
    for element in tree.iter():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set(element.attrib.get(name, "").split()) <= set(ids)
        if element.attrib.get("href", "").startswith("#"):
            assert element.attrib["href"][1:] in ids
    assert len(list(tree.iter("h1"))) == len(list(tree.iter("main"))) == 1
    assert tree.attrib["lang"] == "en"
    title = tree.find("head/title")
    assert title is not None
    assert (title.text or "").strip()
    levels = [int(one.tag[1]) for one in tree.iter() if re.fullmatch("h[1-6]", str(one.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    return tree


@pytest.mark.parametrize("address", TYPES)
def test_every_page_type_is_valid_and_small(own_site: Site, address: str) -> None:
    page = Browser(own_site).get(address)
    if page.status_code == 303:  # to sign in
        jane = Browser(own_site, JANE)
        jane.signs_in()
        page = jane.get(address)
    valid(page.text)
    assert len(page.data) < LARGEST
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert not re.search(r"\son[a-z]+=", page.text)


def test_pages_of_every_tool_are_valid(own_site: Site) -> None:
    hub = put_together(own_site.settings)
    more_seed.sow(hub)
    more_seed.sow_meetings(hub)
    hub.database.close()
    jane = Browser(own_site, JANE)
    jane.signs_in()
    seen = set()
    waiting = [
        f"/c/policy/{tool}/" for tool in ("events", "blog", "headlines", "library", "digests")
    ]
    waiting += ["/c/policy/events/?past=1"]
    while waiting:
        path = waiting.pop()
        html = jane.get(path).text
        valid(html)
        seen.add(path)
        inside = (
            r'href="(/c/policy/(?:events|blog|library|digests)/(?:by/)?[\d-]+(?:/changes/\d+)?)"'
        )
        waiting += set(re.findall(inside, html)) - seen - set(waiting)
    assert any(path.endswith("/changes/2") for path in seen)
    assert len(seen) > 12


def test_pages_of_signing_in_are_valid(own_site: Site) -> None:
    jane = Browser(own_site, JANE)
    valid(jane.asks().text)
    link = jane.links()[-1]
    valid(jane.get(f"/signin/{link}").text)
    valid(jane.posts("/signin", "/signin", address="jane").text)
    valid(jane.uses("unknown").text)
    jane.uses(link)
    for path in ("/c/chief-execs/", "/c/chief-execs/threads/", "/me/?said=done", "/signin"):
        valid(jane.get(path).text)


def test_the_check_sees_what_is_wrong() -> None:
    good = "<!doctype html><html lang=en><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>"
    valid(good.format("<p>x</p>"))
    for wrong in (
        "<p><div></p>",
        "<p id=a></p><p id=a></p>",
        "<label for=b>x</label>",
        "<h3>x</h3>",
    ):
        with pytest.raises((AssertionError, html5lib.html5parser.ParseError)):
            valid(good.format(wrong))
