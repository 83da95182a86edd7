"""Feeds of every kind are read into plain words; rubbish is no feed, and takes no time."""

from __future__ import annotations

import json
import time

import pytest

from mailhub.feeds import finding, robots
from mailhub.syndication import parsing, reading
from mailhub.syndication.trouble import Trouble
from tests.feeds.servers import RSS, item

BASE = "https://york.example/feeds/news.xml"

RSS_090 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://channel.netscape.com/rdf/simple/0.9/"><channel><title>Old news</title>
<link>http://york.example/</link></channel><item><title>An old story</title>
<link>http://york.example/old</link></item></rdf:RDF>"""
RSS_091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>
<title>Less old</title><item><title>A story</title><link>/s</link></item></channel></rss>"""
RSS_10 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>One</title></channel>
<item rdf:about="http://york.example/1"><title>Story</title><link>http://york.example/1</link>
<dc:date>2026-11-03T10:00:00Z</dc:date><dc:creator>Jane</dc:creator></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Leeds &amp;amp; news</title>
<link href="/"/><link rel="self" href="/atom"/><entry><id>tag:leeds,1</id><title type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> story</div></title><link href="../one?a=1&amp;b=2"/>
<updated>2026-11-03T12:00:00+02:00</updated><author><name>Tom</name></author>
<content type="html">&lt;p onclick="steal()"&gt;Words&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</content>
</entry></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Hull",
        "home_page_url": "https://hull.example/",
        "items": [
            {
                "id": 1,
                "url": "/one",
                "title": "One",
                "content_html": "<p>Words</p>",
                "date_published": "2026-11-03T10:00:00Z",
                "authors": [{"name": "Sue"}],
            },
            {"id": "2", "content_text": "No title, but words."},
            "nonsense",
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "title", "first", "url", "at"),
    [
        (RSS_090, "Old news", "An old story", "http://york.example/old", ""),
        (RSS_091, "Less old", "A story", "https://york.example/s", ""),
        (RSS_10, "One", "Story", "http://york.example/1", "2026-11-03T10:00:00+00:00"),
        (
            RSS.format(base="https://york.example", items=item(1)),
            "York council news",
            "Story 1",
            "https://york.example/news/1",
            "2026-11-03T10:00:00+00:00",
        ),
        (
            ATOM,
            "Leeds & news",
            "A bold story",
            "https://york.example/one?a=1&b=2",
            "2026-11-03T10:00:00+00:00",
        ),
        (JSON, "Hull", "One", "https://york.example/one", "2026-11-03T10:00:00+00:00"),
    ],
    ids=["rss 0.90", "rss 0.91", "rss 1.0", "rss 2.0", "atom", "json feed"],
)
def test_every_kind_of_feed_is_read(body: str, title: str, first: str, url: str, at: str) -> None:
    found = reading.read(body.encode(), "", BASE)
    heading = found.headings[0]
    assert (found.title, heading.title, heading.url, heading.at) == (title, first, url, at)


def test_nothing_of_its_markup_is_kept() -> None:
    (heading,) = reading.read(ATOM.encode(), "", BASE).headings
    assert heading.summary == "Words"
    evil = item(1, title="&lt;img src=x onerror=alert(1)&gt;Hi", link="javascript:alert(1)")
    (heading,) = reading.read(RSS.format(base="", items=evil).encode(), "", BASE).headings
    assert (heading.title, heading.url) == ("Hi", "")
    turned = item(1, title="annexe\u202efdp.exe")
    (heading,) = reading.read(RSS.format(base="", items=turned).encode(), "", BASE).headings
    assert heading.title == "annexefdp.exe"


def test_other_charsets_are_read() -> None:
    text = RSS.format(base="", items=item(1, title="Caffè"))
    for charset in ("utf-16", "iso-8859-1"):
        body = text.replace("utf-8", charset).encode(charset)
        assert reading.read(body, "text/xml", BASE).headings[0].title == "Caffè", charset


def test_entries_are_told_apart_and_bounded() -> None:
    many = "".join(item(number) for number in range(300)) + item(1) + item(2, guid="york-1")
    found = reading.read(RSS.format(base="", items=many).encode(), "", BASE)
    assert len(found.headings) == reading.MOST
    assert len({one.key for one in found.headings}) == reading.MOST
    long = item(1, title="word " * 500, description="x" * 9_000)
    (heading,) = reading.read(RSS.format(base="", items=long).encode(), "", BASE).headings
    assert len(heading.title) <= reading.LONGEST_TITLE
    assert len(heading.summary) <= reading.LONGEST_SUMMARY


def test_entities_that_a_feed_defines_never_grow() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    bomb = f"<?xml version='1.0'?><!DOCTYPE rss [{levels}]>" + RSS.partition("?>")[2].format(
        base="", items=item(1, title="&l11;")
    )
    found = reading.read(bomb.encode(), "", BASE)
    assert sum(len(heading.title) for heading in found.headings) < 1000
    outside = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RSS.partition("?>")[
        2
    ].format(base="", items=item(1, title="&x; here"))
    found = reading.read(outside.encode(), "", BASE)
    assert "root:" not in found.as_json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"/etc/passwd",
        b"http://york.example/",
        b"<html><body>Hi</body></html>",
        b"\0" * 500,
        b"{" * 9_999,
        b"[]",
        b'{"version": "1"}',
        b"\x1f\x8b\x08rubbish",
        b"\xff\xfe\0",
    ],
)
def test_what_is_no_feed_is_none(body: bytes) -> None:
    with pytest.raises(reading.NoFeed):
        reading.read(body, "text/xml", BASE)


def test_what_was_made_to_take_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(Trouble) as found:
        parsing.parsed(b"<rss version='2.0'><channel>" + b"<a>" * 1_000_000, "text/xml", BASE)
    assert found.value.name == "unreadable"
    assert time.monotonic() - began < 60


def test_a_child_reads_what_we_would() -> None:
    body = ATOM.encode()
    assert parsing.parsed(body, "text/xml", BASE) == reading.read(body, "text/xml", BASE)
    assert parsing.parsed(b"nothing", "text/html", BASE) is None


def test_a_page_names_its_feeds() -> None:
    page = b"""<html><head><LINK rel="alternate" type="application/rss+xml" title="Comments"
      href="/comments/feed"><link type='application/atom+xml' rel='alternate' href='atom.xml?a=1&amp;b=2'>
      <link rel=stylesheet href=x.css><link rel="alternate" hreflang="cy" href="/cy/"></head>"""
    assert finding.feeds_of(page, "https://york.example/news/") == [
        "https://york.example/news/atom.xml?a=1&b=2",
        "https://york.example/comments/feed",
    ]
    assert finding.feeds_of(b"<link " * 200_000, "https://york.example/") == []


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("", "/rss", True),
        ("User-agent: *\nDisallow: /", "/rss", False),
        ("User-agent: *\nDisallow: /\nAllow: /rss", "/rss", True),
        ("User-agent: *\nDisallow:", "/rss", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: mailhub\nDisallow: /private", "/rss", True),
        ("User-agent: mailhub/2 bot\nUser-agent: other\nDisallow: /rss", "/rss", False),
        ("User-agent: other\nDisallow: /", "/rss", True),
        ("User-agent: *\nDisallow: /*.xml$", "/a/rss.xml", False),
        ("User-agent: *\nDisallow: /*.xml$", "/a/rss.xml?a", True),
        ("User-agent: *\nDisallow: /a%20b", "/a b", False),
        ("<html>Not found</html>", "/rss", True),
    ],
)
def test_what_robots_are_asked_is_kept_to(rules: str, path: str, may: bool) -> None:
    assert robots.allows(rules.encode(), "mailhub", path) is may
