"""Months, mboxes, raw mail, feeds of every list, and what crawlers are told."""

from __future__ import annotations

import mailbox
import re
import xml.etree.ElementTree as ET
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.unit.web.browsing import Browser
from tests.web import Site
from web_archive import links
from web_archive.months import bounds

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
JANE = "jane.doe@leeds.example"
QUESTION = "20261103090501.GA1234@leeds.example"


def mails(octets: bytes, folder: Path) -> list[mailbox.mboxMessage]:
    path = folder / "archive.mbox"
    path.write_bytes(octets)
    return list(mailbox.mbox(path))


def test_discussions_by_month(site: Site) -> None:
    months = site.page("/c/policy/threads/months/")
    assert 'href="/c/policy/threads/2026-11/"' in months
    assert re.search(r"November 2026 <span[^>]*>\d+ posts", months)
    page = site.page("/c/policy/threads/2026-11/")
    assert "<h1>November 2026</h1>" in page
    assert "Indicator 6" in page
    assert 'rel="prev"' not in page
    empty = site.page("/c/policy/threads/2025-02/")
    assert "Nobody wrote in this month" in empty
    assert 'rel="next" href="/c/policy/threads/2026-11/"' in empty
    for odd in ("2026-13", "2026-00", "1969-12", "26-1", "2026-11-01", "x"):
        assert site.client.get(f"/c/policy/threads/{odd}/").status_code == 404


def test_a_month_ends_where_the_next_begins() -> None:
    assert bounds("2026-11")[1] == bounds("2026-12")[0]
    assert bounds("2026-12")[1] == bounds("2027-01")[0]


def test_a_discussion_in_the_order_in_which_its_posts_came(site: Site) -> None:
    nested, flat = site.page("/c/policy/threads/1"), site.page("/c/policy/threads/1?view=flat")
    assert flat.count('class="post depth-0"') == 7
    order = [flat.index(words) for words in ("Thank you both", "Same here", "on the agenda")]
    assert order == sorted(order)
    assert links.flat("policy", 1) in nested
    canonical = re.findall(r'rel="canonical" href="([^"]+)"', nested + flat)
    assert canonical == ["http://127.0.0.1:8080/c/policy/threads/1"] * 2


def test_strangers_take_words_along_and_no_address(site: Site, tmp_path: Path) -> None:
    answer = site.client.get("/c/policy/archive.mbox", buffered=True)
    assert answer.headers["Content-Type"] == "application/mbox"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="policy.mbox"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    found = mails(answer.data, tmp_path)
    assert len(found) > 20
    first = found[0]
    assert str(make_header(decode_header(first["Subject"]))).startswith("Indicator 6")
    assert first["From"] == "Jane Doe <hidden@hidden.invalid>"
    text = first.get_payload(decode=True).decode()
    assert "a question on the planning indicator" in text
    assert "jane.doe@…" in text
    assert "In-Reply-To" in str(found[1])
    without_ids = re.sub(
        rb"(?m)^(?:Message-ID|In-Reply-To|References):.*\n(?: .*\n)*", b"", answer.data
    )
    assert re.findall(rb"[\w.]+@(?!hidden\.invalid)[\w-]+\.example", without_ids) == []


def test_members_take_the_mails_along_as_they_came(own_site: Site, tmp_path: Path) -> None:
    jane = Browser(own_site, JANE)
    jane.signs_in()
    all_, month = jane.get("/c/policy/archive.mbox"), jane.get(links.mbox("policy", "2026-11"))
    assert all_.data == month.data
    first = mails(all_.data, tmp_path)[0]
    assert first["From"] == "Jane Doe <jane.doe@leeds.example>"
    assert jane.get(links.mbox("policy", "2026-10")).data == b""
    post = own_site.seeded.posts[QUESTION]
    page = jane.get(links.post("policy", QUESTION)).text
    assert f'href="{links.raw("policy", post)}"' in page
    mail = jane.get(links.raw("policy", post))
    assert mail.headers["Content-Type"] == "message/rfc822"
    assert mail.headers["Content-Disposition"].startswith("attachment")
    assert b"From: Jane Doe <jane.doe@leeds.example>" in mail.data
    stranger = own_site.client.get(links.raw("policy", post))
    assert stranger.status_code == 403
    assert b"leeds.example" not in stranger.data


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/c/policy/threads/atom.xml", "Policy and Performance: new discussions"),
        ("/c/policy/threads/1/atom.xml", "Indicator 6: how do you count “determined”?"),
        ("/c/policy/library/atom.xml", "Policy and Performance: papers"),
        ("/atom.xml", "lists.example.org"),
    ],
)
def test_every_list_is_a_feed(site: Site, path: str, title: str) -> None:
    answer = site.client.get(path)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    assert feed.findtext(f"{ATOM}title") == title
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert (entry.findtext(f"{ATOM}id") or "").startswith("http://127.0.0.1:8080/c/")
    own = feed.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href") == f"http://127.0.0.1:8080{path}"
    for closed in ("Chief", "Budget", "Witness"):
        assert closed not in answer.text


def test_the_sitemap_leads_to_what_is_open_and_to_nothing_else(site: Site) -> None:
    robots = site.page("/robots.txt")
    assert "Sitemap: http://127.0.0.1:8080/sitemap.xml" in robots
    index = ET.fromstring(site.client.get("/sitemap.xml").data)
    maps = [one.text or "" for one in index.iter(f"{MAP}loc")]
    base = "http://127.0.0.1:8080"
    assert maps == [f"{base}/c/{slug}/sitemap.xml" for slug in ("climate", "policy", "retrofit")]
    found = ET.fromstring(site.client.get(maps[1].removeprefix(base)).data)
    for place in found.iter(f"{MAP}loc"):
        assert site.client.get((place.text or "").removeprefix(base)).status_code == 200
    assert site.client.get("/c/chief-execs/sitemap.xml").status_code == 403
    assert site.client.get("/c/inquiry/sitemap.xml").status_code == 404


def test_open_communities_can_be_quoted_elsewhere_and_closed_ones_not_indexed(
    own_site: Site,
) -> None:
    open_ = own_site.page("/c/policy/threads/1")
    assert 'property="og:title" content="Indicator 6: how do you count “determined”?"' in open_
    jane = Browser(own_site, JANE)
    jane.signs_in()
    closed = jane.get("/c/chief-execs/").text
    assert "og:" not in closed
    assert '<meta name="robots" content="noindex">' in closed


def test_the_library_by_title_type_and_discussion(site: Site) -> None:
    def titles(query: str) -> list[str]:
        page = site.page(f"/c/policy/library/{query}")
        return re.findall(r'class="row-title"><a href="[^"]+">([^<]+)<', page)

    assert titles("") == ["Two-page plan template", "Planning indicator note"]
    assert titles("?order=title") == ["Planning indicator note", "Two-page plan template"]
    assert titles("?type=PDF") == ["Two-page plan template"]
    assert titles("?type=Word&order=title") == ["Planning indicator note"]
    assert titles("?thread=1") == ["Planning indicator note"]
    assert titles("?type=nonsense&thread=x&order=up") == titles("")
    assert "Papers of the discussion" in site.page("/c/policy/library/?thread=1")
    # A discussion elsewhere is not named here.
    secret = site.seeded.threads["Witness bundle"]
    assert "Witness" not in site.page(f"/c/policy/library/?thread={secret}")
