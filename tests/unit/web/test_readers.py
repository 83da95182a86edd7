"""Secret links for feed readers: they show what their person may read at that moment, and end when their person says so."""

from __future__ import annotations

import re

from sqlalchemy import delete, select

from mailhub import membership
from mailhub.models import Membership, ReaderLink
from tests.unit.web.browsing import Browser
from tests.web import Site

JANE = "jane.doe@leeds.example"
SAID = "Budget gap"  # in a community that is closed


def link_of(browser: Browser, **fields: str) -> str:
    """Press a button of the page; the path of the link that stands there then, "" where there is none."""
    browser.posts("/me/reader", "/me/", **fields)
    found = re.search(r'href="(/reader/[a-z2-7]+)/atom\.xml"', browser.get("/me/").text)
    return found[1] if found else ""


def test_a_feed_reader_follows_what_its_person_reads(own_site: Site) -> None:
    jane = Browser(own_site, JANE)
    jane.signs_in()
    assert "/reader/" not in jane.get("/me/").text
    link = link_of(jane)
    reader = own_site.client  # without a cookie
    closed = reader.get(f"{link}/c/chief-execs/atom.xml")
    assert closed.status_code == 200
    assert SAID in closed.text
    assert f'href="http://127.0.0.1:8080{link}/c/chief-execs/atom.xml"' in closed.text
    assert closed.headers["Cache-Control"] == "private, no-store"
    everything = reader.get(f"{link}/atom.xml").text
    assert SAID in everything
    assert SAID not in reader.get("/atom.xml").text
    for path in ("threads/atom.xml", "library/atom.xml"):
        assert reader.get(f"{link}/c/chief-execs/{path}").status_code == 200
    # Feeds, and nothing else.
    for path in ("/c/chief-execs/", "/c/chief-execs/archive.mbox", "/me/", "/search"):
        assert reader.get(link + path).status_code == 404
    # Who leaves reads no more.
    with own_site.database.writing() as session:
        place = membership.known_community(session, "chief-execs")
        session.execute(delete(Membership).where(Membership.community_id == place.id))
    assert SAID not in reader.get(f"{link}/atom.xml").text
    assert reader.get(f"{link}/c/chief-execs/atom.xml").status_code == 403


def test_a_link_ends(own_site: Site) -> None:
    jane = Browser(own_site, JANE)
    jane.signs_in()
    first = link_of(jane)
    second = link_of(jane)
    assert first != second
    reader = own_site.client
    assert reader.get(f"{first}/atom.xml").status_code == 404
    assert reader.get(f"{second}/atom.xml").status_code == 200
    assert link_of(jane, end="yes") == ""
    assert reader.get(f"{second}/atom.xml").status_code == 404
    assert reader.get("/reader/aeaaa/atom.xml").status_code == 404


def test_nobody_makes_one_for_somebody_else(own_site: Site) -> None:
    jane = Browser(own_site, JANE)
    jane.signs_in()
    stranger = Browser(own_site)
    assert stranger.client.post("/me/reader").headers["Location"] == "/signin?to=/me/"
    assert jane.client.post("/me/reader", data={"token": "x"}).status_code in (400, 403)
    assert jane.get("/me/reader").status_code == 405
    with own_site.database.reading() as session:
        assert session.scalars(select(ReaderLink)).all() == []
