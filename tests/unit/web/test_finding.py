"""Search and feeds: what a stranger finds, in context, and nothing of what is closed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from mailhub import search
from mailhub.models import PostBody
from tests.seed import START
from tests.web import Site

ATOM = "{http://www.w3.org/2005/Atom}"


def test_words_are_found_in_context_and_lead_to_the_post(site: Site) -> None:
    html = site.page("/search?q=humidity")
    assert "monitored <mark>humidity</mark> afterwards" in html
    assert "1 result" in html
    link = re.search(r'href="(/c/retrofit/m/[^"]+)"', html)
    assert link
    assert "monitored humidity" in site.page(link[1])


def test_papers_are_found_by_their_name(site: Site) -> None:
    html = site.page("/c/policy/search?q=template")
    assert 'href="/c/policy/library/2"' in html
    assert "In the library" in html


def test_a_search_in_a_community_finds_nothing_of_others(site: Site) -> None:
    assert "humidity" in site.page("/c/retrofit/search?q=humidity")
    assert "Nothing here has" in site.page("/c/policy/search?q=humidity")


@pytest.mark.parametrize("question", ["twelve million", "budget", "bundle", "witness", "gap.xlsx"])
def test_what_is_closed_is_not_found(site: Site, question: str) -> None:
    html = site.page(f"/search?q={question}")
    assert "Nothing here has all of these words" in html
    assert "Budget gap" not in html


@pytest.mark.parametrize(
    "question",
    [
        "",
        "%20",
        "%00",
        '"',
        "***",
        "<script>alert(1)</script>",
        "a" * 5_000,
        "%FF%FE",
        "AND OR NOT",
        "x:y",
    ],
)
def test_nothing_that_is_typed_is_an_error(site: Site, question: str) -> None:
    html = site.page(f"/search?q={question}")
    assert "<script" not in html


def test_what_was_found_goes_on_over_pages(own_site: Site) -> None:
    with own_site.database.writing() as session:
        for number in range(1, 46):
            now = START
            search.put(
                session, "document", 1_000 + number, 1, f"Minutes {number}", "albatross", now
            )
    first = own_site.page("/search?q=albatross")
    assert "45 results" in first
    assert '<a rel="next" href="/search?q=albatross&amp;page=2">' in first
    last = own_site.page("/search?q=albatross&page=3")
    assert 'rel="next"' not in last
    assert last.count('<li class="row">') == 5
    for page in ("0", "x", "101"):
        assert own_site.client.get(f"/search?q=albatross&page={page}").status_code == 404


def test_an_address_in_a_snippet_is_hidden(own_site: Site) -> None:
    with own_site.database.writing() as session:
        now = START
        words = "write to jane.doe@leeds.example about the albatross"
        search.put(session, "document", 1_000, 1, "Minutes", words, now)
    for question in ("albatross", "leeds", "jane", "leeds.example"):
        html = own_site.page(f"/search?q={question}+albatross")
        # What leads back to this very page, or to the same question elsewhere.
        html = re.sub(r'href="/(signin|c/policy/search)[^"]*"', "", html)
        assert "<mark>albatross</mark>" in html
        assert "@<mark>leeds" not in html.replace("@…", "")
        assert "leeds.example" not in html.replace('value="leeds.example albatross"', "").replace(
            "“leeds.example albatross”", ""
        ).replace("<title>Search: leeds.example albatross", "")


def test_the_feed_is_atom_with_lasting_links(site: Site) -> None:
    answer = site.client.get("/c/policy/atom.xml")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    assert feed.findtext(f"{ATOM}title") == "Policy and Performance"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 30
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert updated == sorted(updated, key=str, reverse=True)
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}")
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    address = link.get("href") or ""
    assert address.startswith(site.settings.site_url)
    assert site.page(address.removeprefix(site.settings.site_url))


def test_a_feed_survives_what_xml_cannot_hold(own_site: Site) -> None:
    with own_site.database.writing() as session:
        for number in range(1, 8):
            session.get_one(PostBody, number).new_text = "a\x00b\x0bc\x1f ]]> <b> & \ufffe 😀"
    ET.fromstring(own_site.client.get("/c/policy/atom.xml").data)


def test_the_feed_of_a_community_without_posts_is_a_feed(own_site: Site) -> None:
    from mailhub.models import Community

    with own_site.database.writing() as session:
        now = START
        session.add(Community(slug="new", name="New", created_at=now))
    assert ET.fromstring(own_site.client.get("/c/new/atom.xml").data).find(f"{ATOM}entry") is None
    assert "Nobody has written yet" in own_site.page("/c/new/")
    assert "Nothing has been filed yet" in own_site.page("/c/new/library/")
    assert "Nobody has written yet" in own_site.page("/c/new/threads/")


def test_a_search_is_narrowed_to_a_kind_and_a_time(site: Site) -> None:
    def titles(query: str) -> list[str]:
        page = site.page(f"/search?q=planning&{query}")
        return re.findall(r'class="row-title"><a href="([^"]+)"', page)

    all_, papers = titles(""), titles("kind=document")
    assert "/c/policy/library/1" in papers
    assert all("/library/" in one for one in papers)
    assert set(titles("kind=post")) == set(all_) - set(papers)
    assert titles("since=2026-11-03&until=2026-11-03")
    assert titles("until=2026-11-02") == []
    assert titles("since=2040-01-01") == []
    # By an author, by a part of a name; in titles alone.
    assert 0 < len(titles("by=jane+d")) < len(all_)
    assert titles("by=Jane+D&kind=document") == titles("by=100%25") == titles("by=_") == []
    assert 0 < len(titles("titles=1")) < len(all_)
    assert len(titles("by=jane+d&titles=1")) < len(titles("by=jane+d"))
    pritchard = set(re.findall(r'class="who">([^<]+)', site.page("/search?q=the&by=si%C3%A2n")))
    assert pritchard == {"Siân Pritchard"}
    assert titles("kind=nonsense&since=x&until=9999-99-99") == all_
    page = site.page("/search?q=planning&kind=document&since=2026-01-01")
    assert '<option value="document" selected>' in page
    assert 'name="since" type="date" value="2026-01-01"' in page


def test_searching_is_bounded_for_each_peer_but_this_machine(own_site: Site) -> None:
    peer = {"REMOTE_ADDR": "192.0.2.9"}
    statuses = [
        own_site.client.get(f"/search?q=w{n}", environ_overrides=peer).status_code
        for n in range(70)
    ]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses[60:]
    assert own_site.client.get("/search?q=w").status_code == 200
    # What has not changed is not asked of the database again, and costs nothing.
    again = own_site.client.get("/search?q=w1", environ_overrides=peer)
    assert again.status_code == 200
