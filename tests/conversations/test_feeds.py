"""News feeds by mail: followed, listed, dropped by facilitators; what becomes of those that cannot be had."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailhub.app.hub import clock
from mailhub.feeds.following import TIMER
from mailhub.feeds.tables import Headline, Source
from mailhub.models import Timer
from mailhub.notes import Desk
from tests.conversations.digesting import Calendar
from tests.conversations.people import PATIENCE, Person, RunningHub, running, settings_in
from tests.feeds.servers import Server, item, serving

D = "lists.example.org"
FEEDS = f"policy+feeds@{D}"


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Iterator[RunningHub]:
    """A hub that may fetch feeds from this machine."""
    settings = settings_in(
        tmp_path, stewards="steward@hub.example", feed_networks="127.0.0.1/32", **pair
    )
    with running(settings) as started:
        yield started


@pytest.fixture
def server() -> Iterator[Server]:
    """One server on this machine."""
    with serving() as started:
        yield started


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay of Hull, a facilitator."""
    return hub.member("policy", "Fay", "fay@hull.example", role="facilitator")


def _stop_the_timer(hub: RunningHub) -> None:
    """Following makes the hub's own timer due: wait for its round where one is under way, and let it begin none."""
    still = update(Timer).where(Timer.name == TIMER, Timer.holder == "")
    begun = time.monotonic()
    stopped = None
    while stopped is None:
        assert time.monotonic() - begun < PATIENCE, "the hub's own round does not end"
        with hub.hub.database.writing() as session:
            a_year = clock() + timedelta(days=365)
            stopped = session.scalar(still.values(due_at=a_year).returning(Timer.name))
        time.sleep(0 if stopped else 0.02)


def look(hub: RunningHub) -> dict[int, str]:
    """Look at all feeds now, as the timer does; the results."""
    _stop_the_timer(hub)
    tools = hub.hub.tools
    with hub.hub.database.writing() as session:
        session.execute(update(Source).values(due_at=clock()))
    assert tools.rounds is not None
    return tools.rounds.go(tools.database, Desk(tools.site, tools.templates), tools.stewards)


def followed(fay: Person, hub: RunningHub, *urls: str) -> None:
    """A facilitator follows feeds, and says that it was she."""
    fay.writes(FEEDS, "News", "\n".join(urls))
    fay.replies(fay.receives("shall we do this?"), "yes")
    fay.mailbox()
    look(hub)


def titles(hub: RunningHub) -> list[str]:
    """The headlines that the hub has, the oldest first."""
    with hub.hub.database.reading() as session:
        return list(session.scalars(select(Headline.title).order_by(Headline.at, Headline.id)))


def test_a_page_is_followed_by_the_feed_that_it_names(
    hub: RunningHub, fay: Person, server: Server
) -> None:
    server.feed("/rss", item(1, 1), item(2, 2))
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    followed(fay, hub, server.says("/news", page, "text/html"))
    receipt = fay.receives("Followed: York council news")
    assert f"{server.base}/rss" in receipt.get_content()
    assert "Story 2" in receipt.get_content()
    assert titles(hub) == ["Story 1", "Story 2"]

    # What comes later is kept once, whatever the feed brings again.
    server.feed("/rss", item(3, 3), item(2, 2), item(1, 1))
    assert set(look(hub).values()) == {"new"}
    server.status("/rss", 304)
    assert set(look(hub).values()) == {"unchanged"}
    assert titles(hub) == ["Story 1", "Story 2", "Story 3"]

    fay.replies(receipt, "list feeds")
    listed = fay.receives("The news feeds of Policy and Performance")
    fay.replies(listed, "Drop 1, please")
    assert "Followed no longer: York council news" in fay.receives("done").get_content()
    assert titles(hub) == []


def test_two_feeds_that_bring_one_page_bring_one_headline(
    hub: RunningHub, fay: Person, server: Server
) -> None:
    first = server.feed("/rss", item(1))
    second = server.feed("/all", item(1, guid="another", link="/news/1?utm_source=all"), item(2))
    followed(fay, hub, first, second)
    assert sorted(titles(hub)) == ["Story 1", "Story 2"]


def test_what_cannot_be_followed_is_told_with_its_reason(
    hub: RunningHub, fay: Person, server: Server
) -> None:
    for url, why in (
        (server.says("/page", "<html>Hello</html>", "text/html"), "no news feed at this page"),
        (server.leads("/in", "http://10.0.0.1/rss"), "is not on the open internet"),
        (server.bomb("/bomb"), "larger than"),
    ):
        followed(fay, hub, url)
        answer = fay.receives(": http")
        assert why in answer.get_content(), url
        fay.receives_nothing()
    server.says("/robots.txt", "User-agent: mailhub\nDisallow: /", "text/plain")
    with hub.hub.database.writing() as session:
        session.execute(update(Source).values(asked_robots_at=None))
    followed(fay, hub, server.feed("/rss", item(1)))
    assert "asks programs not to fetch" in fay.receives("Not followed").get_content()
    assert titles(hub) == []


def test_a_dead_feed_is_told_once_and_one_that_came_back_is_as_before(
    hub: RunningHub, fay: Person, server: Server
) -> None:
    followed(fay, hub, server.feed("/rss", item(1)))
    fay.receives("Followed")
    server.status("/rss", 503, Retry_After="7200")
    assert set(look(hub).values()) == {"status"}
    fay.receives_nothing()
    with hub.hub.database.writing() as session:
        (source,) = session.scalars(select(Source))
        assert source.due_at > clock() + timedelta(hours=1)  # it asked for two
        source.failing_since = clock() - timedelta(days=8)
    look(hub)
    dead = fay.receives("A news feed is dead: York council news")
    assert "the error 503" in dead.get_content()
    look(hub)
    fay.receives_nothing()
    server.feed("/rss", item(1), item(2))
    look(hub)
    assert len(titles(hub)) == 2
    with hub.hub.database.reading() as session:
        (source,) = session.scalars(select(Source))
        assert (source.failures, source.failing_since, source.trouble) == (0, None, "")


def test_a_feed_that_moved_for_good_is_asked_for_where_it_is(
    hub: RunningHub, fay: Person, server: Server
) -> None:
    followed(fay, hub, server.feed("/rss", item(1)))
    server.feed("/new", item(1), item(2))
    server.leads("/rss", "/new", 301)
    look(hub)
    server.asked.clear()
    look(hub)
    assert server.paths() == ["/new"]
    assert len(titles(hub)) == 2


def test_members_are_told_where_the_headlines_are(
    hub: RunningHub, fay: Person, jane: Person, server: Server
) -> None:
    jane.writes(FEEDS, "News", server.feed("/rss", item(1)))
    answer = jane.receives("News feeds of Policy and Performance")
    assert "https://hub.example.org/c/policy/headlines/" in answer.get_content()
    jane.receives_nothing()
    assert server.asked == []


def test_a_word_that_is_no_address_is_asked_about(hub: RunningHub, fay: Person) -> None:
    fay.writes(FEEDS, "News", "Could we have the York news?")
    assert "list feeds" in fay.receives("Which news feed?").get_content()
    fay.writes(FEEDS, "", "drop 99")
    fay.replies(fay.receives("shall we do this?"), "yes")
    assert "There is no feed 99" in fay.receives("nothing to change").get_content()


def test_where_feeds_are_switched_off_the_address_is_unknown(hub: RunningHub, fay: Person) -> None:
    hub.settings("policy", feeds="off")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        fay.writes(FEEDS, "News", "https://york.example/rss")


def test_what_is_new_stands_in_digests(
    hub: RunningHub, policy: str, fay: Person, server: Server
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example", delivery="weekly")
    weeks = Calendar(hub)
    followed(fay, hub, server.feed("/rss", item(1)))
    server.feed("/rss", item(2), item(1))
    look(hub)
    weeks.passes()
    told = str(sue.receives("Your week").get_body(("plain",)))
    assert "Story 2" in told
    assert "Story 1" not in told, "it was there before the community followed the feed"
