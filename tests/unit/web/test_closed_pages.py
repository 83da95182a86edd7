"""What strangers see of communities that are closed or secret: a name, or nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from mailhub.models import Community
from tests.unit.web.browsing import Browser
from tests.web import Site
from web_archive import links

PATHS = (
    "",
    "threads/",
    "threads/1",
    "m/x@y",
    "library/",
    "library/1",
    "library/1/1/x",
    "picture/1/x",
    "text/1",
    "raw/1",
    "threads/months/",
    "threads/2026-11/",
    "threads/atom.xml",
    "threads/1/atom.xml",
    "library/atom.xml",
    "archive.mbox",
    "threads/2026-11/archive.mbox",
    "sitemap.xml",
    "people/",
    "blog/",
    "blog/1",
    "blog/by/1",
    "blog/atom.xml",
    "headlines/",
    "digests/",
    "digests/2026-11-02",
)


MORE_PATHS = (*PATHS, "search?q=gap", "atom.xml")


@pytest.mark.parametrize("where", MORE_PATHS)
def test_a_secret_community_answers_like_one_that_is_not_there(site: Site, where: str) -> None:
    secret = site.client.get(f"/c/inquiry/{where}")
    unknown = site.client.get(f"/c/nowhere/{where}")
    assert secret.status_code == 404
    assert secret.data.replace(b"inquiry", b"nowhere") == unknown.data
    assert dict(secret.headers) == dict(unknown.headers)


@pytest.mark.parametrize("where", MORE_PATHS[1:])
def test_a_closed_community_shows_its_name_alone(site: Site, where: str) -> None:
    answer = site.client.get(f"/c/chief-execs/{where}")
    assert answer.status_code == 403
    assert "Chief Executives" in answer.text
    for words in ("Budget", "Frank", "Priya"):
        assert words not in answer.text


def test_what_is_closed_is_not_reached_by_way_of_an_open_community(site: Site) -> None:
    closed = site.seeded.threads["Budget gap before the settlement"]
    paper = site.seeded.documents["Budget gap.xlsx"]
    post = site.seeded.threads["Indicator 6: how do you count “determined”?"]
    for address in (
        f"/c/policy/threads/{closed}",
        f"/c/policy/library/{paper}",
        f"/c/policy/library/{paper}/1/Budget%20gap.xlsx",
        f"/c/climate/threads/{post}",
        links.post("climate", "20261103090501.GA1234@leeds.example"),
        "/c/climate/picture/2/logo@devon",
    ):
        assert site.client.get(address).status_code == 404, address


def test_a_page_says_how_to_join_to_those_who_are_not_in(own_site: Site) -> None:
    jane = Browser(own_site, "jane.doe@leeds.example")
    jane.signs_in()
    for joining, way in (("open", "join"), ("approval", "join"), ("invitation", "facilitators")):
        with own_site.database.writing() as session:
            session.execute(update(Community).values(joining=joining))
        for slug in ("policy", "chief-execs"):
            page = own_site.client.get(f"/c/{slug}/").text
            assert f'href="mailto:{slug}+{way}@' in page
            assert ("those who look after" in page.lower()) is (joining != "open")
        # Who is in is told where to write, and no more how to join.
        assert "mailto:policy+join" not in jane.get("/c/policy/").text
        assert 'href="mailto:policy@' in jane.get("/c/policy/").text
