"""Signing in by a link that comes by mail: for the person who asked, in the browser that asked, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.membership import claims
from mailhub.models import SignIn, Visit
from mailhub.visits.links import LASTS
from tests.unit.web import signing as _signing
from tests.unit.web.browsing import Browser, mailed
from tests.unit.web.signing import JANE, NOBODY, NOW, Clock
from tests.web import Site
from web_archive.cookies import ASKED, VISIT
from web_archive.signing_in import own_path

clock, site, jane = _signing.clock, _signing.site, _signing.jane


def test_a_member_signs_in_and_reads_what_is_closed_to_strangers(site: Site, jane: Browser) -> None:
    closed = jane.get("/c/chief-execs/")
    assert closed.status_code == 200
    assert "Only members can read" in closed.text
    assert 'href="/signin?to=/c/chief-execs/"' in closed.text
    asked = jane.asks(to="/c/chief-execs/")
    assert "Check your mail" in asked.text
    (link,) = jane.links()
    assert link not in asked.text
    entered = jane.uses(link)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/c/chief-execs/")
    front = jane.get("/c/chief-execs/")
    assert "Only members can read" not in front.text
    assert "Jane Doe</a>" in front.text
    # A stranger's page is what it was.
    assert "Only members can read" in site.page("/c/chief-execs/")


def test_the_page_says_the_same_whoever_is_known(site: Site) -> None:
    pages = []
    for address in (JANE, NOBODY):
        answer = Browser(site).asks(address)
        assert answer.status_code == 200
        pages.append(re.sub(r'value="[^"]*"', "", answer.text.replace(address, "X")))
        assert {one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")} == {ASKED}
    assert pages[0] == pages[1]
    assert mailed(site, NOBODY) == []


def test_a_get_changes_nothing_however_often_a_scanner_opens_it(site: Site, jane: Browser) -> None:
    jane.asks()
    (link,) = jane.links()
    scanner = Browser(site, peer="198.51.100.7")
    for _ in range(5):
        assert "does not work here" in scanner.get(f"/signin/{link}").text
        assert scanner.client.head(f"/signin/{link}").status_code == 200
        assert scanner.uses(link).status_code in (403, 410)  # even one that presses buttons
        assert "One more step" in jane.get(f"/signin/{link}").text
    assert not scanner.is_signed_in()
    assert not jane.is_signed_in()
    assert jane.uses(link).status_code == 303
    assert jane.is_signed_in()


def test_a_link_works_once(site: Site, jane: Browser) -> None:
    jane.asks()
    (link,) = jane.links()
    cookie = jane.client.get_cookie(ASKED, path="/signin")
    assert cookie is not None
    assert jane.uses(link).status_code == 303
    again = Browser(site, JANE)
    again.client.set_cookie(ASKED, cookie.value, path="/signin")
    assert again.uses(link).status_code == 410
    assert not again.is_signed_in()


def test_a_link_works_only_in_the_browser_that_asked_for_it(site: Site, jane: Browser) -> None:
    thief = Browser(site, peer="198.51.100.7")
    jane.asks()
    (link,) = jane.links()
    assert thief.uses(link).status_code in (403, 410)
    thief.asks(NOBODY)
    assert thief.uses(link).status_code == 410
    thief.asks(JANE)  # who asks for the same address has a cookie, but not Jane's
    assert thief.uses(link).status_code == 410
    assert not thief.is_signed_in()
    # Nor does what Jane's browser opens let in whoever asked in her name.
    assert jane.uses(jane.links()[-1]).status_code == 410
    assert not thief.is_signed_in()
    assert jane.uses(link).status_code == 303


def test_a_link_is_over_after_twenty_minutes(site: Site, jane: Browser, clock: Clock) -> None:
    jane.asks()
    clock.now += LASTS + timedelta(seconds=1)
    assert jane.uses(jane.links()[0]).status_code == 410
    assert not jane.is_signed_in()


def test_an_address_that_was_given_up_opens_nothing(site: Site, jane: Browser) -> None:
    with site.database.writing() as session:
        person = membership.who_has(session, JANE)
        claims.attach(session, person, "jane@home.example", NOW, by=membership.OPERATOR)
    jane.signs_in()
    jane.asks()
    late = jane.links()[-1]
    with site.database.writing() as session:
        person = membership.who_has(session, JANE)
        claims.detach(session, person, JANE, NOW, by=membership.OPERATOR)
    assert not jane.is_signed_in()
    assert jane.uses(late).status_code == 410


def test_secrets_are_kept_as_hashes(site: Site, jane: Browser) -> None:
    jane.signs_in()
    cookie = jane.client.get_cookie(VISIT)
    assert cookie is not None
    with site.database.reading() as session:
        rows = [
            *session.execute(select(*SignIn.__table__.c)).all(),
            *session.execute(select(*Visit.__table__.c)).all(),
        ]
    told = repr(rows)
    assert cookie.value not in told
    assert jane.links()[0] not in told


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/c/policy/", "/c/policy/"),
        ("/search?q=a+b", "/search?q=a+b"),
        ("//evil.example/", "/me/"),
        ("/\\evil.example", "/me/"),
        ("https://evil.example", "/me/"),
        ("/c/\r\nSet-Cookie: x", "/me/"),
        ("/ä", "/me/"),
        ("javascript:alert(1)", "/me/"),
        ("", "/me/"),
        ("/" + "x" * 2_000, "/me/"),
    ],
)
def test_who_signs_in_goes_on_within_this_site_alone(to: str, goes: str) -> None:
    assert own_path(to) == goes


def test_what_is_no_address_is_said_to_be_none(jane: Browser) -> None:
    for address in ("", "jane", "jane@", "a b@x.example", "x" * 400 + "@x.example"):
        answer = jane.posts("/signin", "/signin", address=address)
        assert answer.status_code == 400
        assert "not an email address" in answer.text
