"""Signing in by a link that comes by mail: for the person who asked, in the browser that asked, once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailhub import membership, visits
from mailhub.membership import claims
from mailhub.models import Address, Community, Person, SignIn, Visit
from mailhub.visits.links import AT_ONCE, LASTS, LONG_WAIT, MOST_A_DAY, WAIT, may_go
from tests.seed import Seeded
from tests.unit.web.browsing import Browser, mailed, settle
from tests.web import Site, site_over, sown
from web_archive.cookies import ASKED, VISIT
from web_archive.signing_in import own_path

JANE = "jane.doe@leeds.example"
TOM = "tom.okafor@devon.example"
NOBODY = "nobody@nowhere.example"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(
    seed: tuple[Path, Seeded], tmp_path: Path, clock: Clock, pair: dict[str, Any]
) -> Iterator[Site]:
    """A hub of this test alone, on each database, with its clock set by hand."""
    url, folder, seeded = pair["database_url"], tmp_path / "hub", seed[1]
    if url:
        seeded = sown(folder, database_url=url)
    else:
        shutil.copytree(seed[0], folder)
    with site_over(folder, seeded, now=clock, database_url=url) as found:
        yield found


@pytest.fixture
def jane(site: Site) -> Browser:
    return Browser(site, JANE)


def test_a_member_signs_in_and_reads_what_is_closed_to_strangers(site: Site, jane: Browser) -> None:
    closed = jane.get("/c/chief-execs/")
    assert closed.status_code == 200
    assert "read by its members alone" in closed.text
    assert 'href="/signin?to=/c/chief-execs/"' in closed.text
    asked = jane.asks(to="/c/chief-execs/")
    assert "Look into your mail" in asked.text
    (link,) = jane.links()
    assert link not in asked.text
    entered = jane.uses(link)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/c/chief-execs/")
    front = jane.get("/c/chief-execs/")
    assert "read by its members alone" not in front.text
    assert "Jane Doe</a>" in front.text
    # A stranger's page is what it was.
    assert "read by its members alone" in site.page("/c/chief-execs/")


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
        assert "opens nothing here" in scanner.get(f"/signin/{link}").text
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
        assert "not an address of mail" in answer.text


def test_one_peer_asks_so_often_and_then_waits(site: Site, clock: Clock) -> None:
    statuses = [Browser(site).asks(NOBODY).status_code for _ in range(40)]
    assert statuses == [200] * 30 + [429] * 10
    page = Browser(site).posts("/signin", "/signin", address=NOBODY)
    assert int(page.headers["Retry-After"]) == 2
    assert Browser(site, peer="192.0.2.2").asks(NOBODY).status_code == 200
    clock.now += timedelta(seconds=2)
    assert Browser(site).asks(NOBODY).status_code == 200


def test_how_often_a_link_goes_to_one_address() -> None:
    made: list[datetime] = []
    now = NOW
    while now < NOW + timedelta(days=1):
        if may_go(made, now) <= now:
            made.append(now)
        now += timedelta(seconds=10)
    assert made[: AT_ONCE + 1] == [
        *(NOW + timedelta(seconds=10 * n) for n in range(AT_ONCE)),
        NOW + timedelta(seconds=10 * (AT_ONCE - 1)) + WAIT,
    ]
    gaps = {b - a for a, b in zip(made[MOST_A_DAY:], made[MOST_A_DAY + 1 :], strict=False)}
    assert gaps == {LONG_WAIT}
    assert len(made) < 2 * MOST_A_DAY + 10


def _flood(site: Site, number: int) -> int:
    """One of many who try: ask in Jane's name or nobody's, guess a link, use one again."""
    peer = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    who = Browser(site, peer=peer)
    page = who.get("/signin").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    asked = who.client.post(
        "/signin",
        data={"token": token[1], "address": (JANE, f"n{number}@x.example")[number % 2]},
        environ_overrides={"REMOTE_ADDR": peer},
    )
    assert asked.status_code == 200
    links = mailed(site, JANE)
    guess = links[number % len(links)] if links and number % 3 else f"{number:043}"
    assert who.uses(guess).status_code in (303, 410)
    return int(who.is_signed_in())


def _many_try_while_the_member_signs_in(site: Site, jane: Browser, many: int) -> None:
    jane.asks()
    first = jane.links()[-1]
    with ThreadPoolExecutor(8) as pool:
        trying = [pool.submit(_flood, site, number) for number in range(many)]
        assert jane.uses(first).status_code == 303  # in the midst of it
        # None of them got in, though they saw what was in Jane's mailbox.
        assert [one.result() for one in trying].count(1) == 0
    settle(site)
    with site.database.reading() as session:
        assert len(session.scalars(select(Visit.id)).all()) == 1
        assert session.scalar(select(Address.id).where(Address.address == JANE))
    assert len(jane.links()) <= AT_ONCE + MOST_A_DAY


def test_many_try_at_once_and_nobody_gets_in_but_the_member(
    site: Site, jane: Browser, clock: Clock
) -> None:
    _many_try_while_the_member_signs_in(site, jane, 200)
    # Her own browser is known by now, and has an allowance that nobody else can use up.
    jane.posts("/signout", "/me/")
    jane.signs_in()
    # Another one of hers waits half a minute at the most.
    clock.now += WAIT
    new = Browser(site, JANE)
    new.signs_in()
    assert new.is_signed_in()


@pytest.mark.long
def test_ten_thousand_try_at_once_and_nobody_gets_in_but_the_member(
    site: Site, jane: Browser, clock: Clock
) -> None:
    _many_try_while_the_member_signs_in(site, jane, 10_000)
    clock.now += LONG_WAIT
    new = Browser(site, JANE)
    new.signs_in()
    assert new.is_signed_in()


def test_of_two_who_use_a_link_at_the_same_moment_one_gets_in(site: Site, jane: Browser) -> None:
    jane.asks()
    (link,) = jane.links()
    cookie = jane.client.get_cookie(ASKED, path="/signin")
    assert cookie is not None

    def use(_: int) -> int:
        browser = Browser(site, JANE)
        browser.client.set_cookie(ASKED, cookie.value, path="/signin")
        return browser.uses(link).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [303] + [410] * 7


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
