"""A visit: what it shows, to whom, how long, and what ends it."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

from sqlalchemy import update

from mailhub import membership, visits
from mailhub.models import Community, Person
from tests.unit.web import signing as _signing
from tests.unit.web.browsing import Browser
from tests.unit.web.signing import JANE, NOW, TOM, Clock
from tests.web import Site
from web_archive.cookies import VISIT

clock, site, jane = _signing.clock, _signing.site, _signing.jane


def test_a_visit_ends_unseen_after_a_week_and_in_any_case_after_a_month(
    site: Site, jane: Browser, clock: Clock
) -> None:
    jane.signs_in()
    clock.now += timedelta(days=6)
    assert jane.is_signed_in()
    clock.now += timedelta(days=8)
    assert not jane.is_signed_in()
    assert jane.client.get_cookie(VISIT) is None
    jane.signs_in()
    for _ in range(29):
        clock.now += timedelta(days=1)
        assert jane.is_signed_in()
    clock.now += timedelta(days=1)
    assert not jane.is_signed_in()


def test_signing_out_ends_this_visit_and_everywhere_all(site: Site) -> None:
    desk, phone, other = (Browser(site, JANE) for _ in range(3))
    for browser in (desk, phone, other):
        browser.signs_in()
    assert desk.posts("/signout", "/me/").status_code == 303
    assert not desk.is_signed_in()
    assert phone.is_signed_in()
    other.asks()
    late = other.links()[-1]
    assert phone.posts("/signout", "/me/", everywhere="yes").status_code == 303
    assert not phone.is_signed_in()
    assert not other.is_signed_in()
    assert other.uses(late).status_code == 410  # what was still on its way


def test_forms_of_other_sites_do_nothing(site: Site, jane: Browser) -> None:
    jane.signs_in()
    for form in ({}, {"token": "x"}):
        assert jane.client.post("/signout", data=form).status_code == 403
        assert jane.client.post("/signin", data={"address": JANE, **form}).status_code == 403
    # Tom's token is not Jane's.
    tom = Browser(site, TOM)
    tom.signs_in()
    token = re.search(r'name="token" value="([^"]+)"', tom.get("/me/").text)
    assert token
    assert jane.client.post("/signout", data={"token": token[1]}).status_code == 403
    assert jane.is_signed_in()


def test_nothing_that_a_member_sees_is_given_to_a_stranger(site: Site, jane: Browser) -> None:
    jane.signs_in()
    for path in (
        "/",
        "/c/chief-execs/",
        "/c/chief-execs/threads/",
        "/search?q=budget",
        "/c/policy/",
    ):
        mine = jane.get(path)
        assert mine.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in mine.headers["Vary"]
        stranger = site.client.get(path)
        assert "Jane Doe</a>" not in stranger.text.partition("</header>")[0]
        assert "Cookie" in stranger.headers["Vary"]
        # What a member's browser kept is asked about under its own mark.
        etag = {"If-None-Match": mine.headers["ETag"]}
        assert jane.get(path, headers=etag).status_code == 304
        assert site.client.get(path, headers=etag).status_code in (200, 403)


def test_a_secret_community_is_seen_by_its_members_alone(site: Site, jane: Browser) -> None:
    with site.database.writing() as session:
        session.execute(
            update(Community).where(Community.slug == "chief-execs").values(visibility="secret")
        )
        community = membership.known_community(session, "chief-execs")
        membership.remove(session, community, TOM, NOW)
    assert jane.get("/c/chief-execs/").status_code == 404
    jane.signs_in()
    assert jane.get("/c/chief-execs/").status_code == 200
    tom = Browser(site, TOM)
    tom.signs_in()
    assert tom.get("/c/chief-execs/").status_code == 404


def test_whoever_is_forgotten_is_signed_out(site: Site, jane: Browser) -> None:
    jane.signs_in()
    with site.database.writing() as session:
        visits.end_all(session, membership.who_has(session, JANE).id, NOW)
        assert session.get(Person, site.seeded.people["Jane"]) is not None
    assert not jane.is_signed_in()


def test_a_steward_who_is_in_no_community_signs_in(site: Site) -> None:
    with site.database.writing() as session:
        membership.add_steward(session, "steward@platform.example", NOW)
    steward = Browser(site, "steward@platform.example")
    steward.signs_in()
    page = steward.get("/me/").text
    assert "steward@platform.example" in page
    assert "You are not in any community" in page
    # Nobody else comes to be a person by asking.
    other = Browser(site, "other@platform.example")
    other.asks()
    assert other.links() == []


def test_a_member_gets_discussions_packed_and_nothing_that_an_address_could_write_into(
    jane: Browser,
) -> None:
    jane.signs_in()
    takes = {"Accept-Encoding": "gzip"}
    plain = jane.get("/c/policy/threads/1")
    packed = jane.get("/c/policy/threads/1", headers=takes)
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    again = jane.get(
        "/c/policy/threads/1", headers=takes | {"If-None-Match": packed.headers["ETag"]}
    )
    assert again.status_code == 304
    for address in ("/c/policy/threads/1?view=flat", "/search?q=plan", "/me/"):
        assert "Content-Encoding" not in jane.get(address, headers=takes).headers
