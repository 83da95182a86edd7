"""Many who ask for links at once: how often one goes, to whom, and who gets in."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from mailhub.models import Address, Visit
from mailhub.visits.links import AT_ONCE, LONG_WAIT, MOST_A_DAY, WAIT, may_go
from tests.unit.web import signing as _signing
from tests.unit.web.browsing import Browser, mailed, settle
from tests.unit.web.signing import JANE, NOBODY, NOW, Clock
from tests.web import Site
from web_archive.cookies import ASKED

clock, site, jane = _signing.clock, _signing.site, _signing.jane


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
