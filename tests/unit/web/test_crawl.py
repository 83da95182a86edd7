"""Crawlers over forty communities, open, closed and secret: nobody comes upon what is not theirs, by links, by forms
or by direct address; in no page, feed, file, hit, count, redirect or header.

Every community has words of its own that occur nowhere else: in its name, and in what is inside.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from urllib.parse import unquote, urljoin

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from mailhub import arranging, membership
from mailhub.app.hub import Hub, put_together
from mailhub.membership import OPERATOR
from mailhub.migrations import upgrade
from mailhub.models import Thread
from mailhub.process import process
from mailhub.settings import Settings
from tests.seed import START, Seeded
from tests.spooled import spooled
from tests.unit.web.browsing import Browser
from tests.web import SECRET, Site, site_over

MANY = 40
VISIBILITIES = ("open", "closed", "secret", "open")
ALL_OF_THEM, ONE, FACILITATOR = "all@x.example", "one@x.example", "fay@x.example"
OF_ONE, LOOKED_AFTER = 2, 5  # the secret community of the one, the closed one that Fay looks after
MOVED = (4, 6)  # a discussion was moved from an open community to a secret one
LINK = re.compile(rb'(?:href|src|action)="([^"]*)"|<(?:loc|id)>([^<]*)</')
PAPER = b"Inside the paper stand words. " * 60


def name_of(number: int) -> str:
    """The word that is in this community's name, slug and description."""
    return f"zname{number:02}q"


def inside(number: int) -> str:
    """The word that is in everything within it."""
    return f"zwithin{number:02}q"


def visibility(number: int) -> str:
    return VISIBILITIES[number % 4]


@dataclass
class Crawl:
    """What somebody came upon: each path with what was answered."""

    answers: dict[str, TestResponse] = field(default_factory=dict)

    def told(self) -> Iterator[tuple[str, str]]:
        """(path, everything that the answer says)."""
        for path, answer in self.answers.items():
            yield path, f"{answer.headers} {answer.get_data(as_text=True)}"


@pytest.fixture(scope="module")
def hub_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("crawl")
    settings = Settings(data_dir=folder, domain="lists.example.org", secret_key=SecretStr(SECRET))
    hub = put_together(settings)
    upgrade(hub.database)
    communities: dict[str, int] = {}
    mails: list[tuple[str, str, bytes]] = []
    with hub.database.writing() as session:
        for number in range(MANY):
            slug = f"c-{name_of(number)}"
            parent = f"c-{name_of(number - 1)}" if number % 4 == 3 else ""
            community = membership.found(
                session,
                slug,
                f"Community {name_of(number)}",
                START,
                description=f"About {inside(number)}",
                visibility=visibility(number),
                **({"parent": parent} if parent else {}),
            )
            communities[slug] = community.id
            people = [(ALL_OF_THEM, "contributor")]
            people += [(ONE, "contributor")] * (number == OF_ONE)
            people += [(FACILITATOR, "facilitator")] * (number == LOOKED_AFTER)
            for address, role in people:
                membership.add(session, community, address, START, role=role, name=address[:3])
            for step in range(2):
                mails.append((slug, f"{slug}@lists.example.org", _mail(number, step)))
            mails.append((slug, f"{slug}+blog@lists.example.org", _mail(number, 2)))
            mails.append((slug, f"{slug}+events@lists.example.org", _mail(number, 3)))
    ids = []
    with hub.database.writing() as session:
        for number, (_, recipient, raw) in enumerate(mails):
            at = START + timedelta(minutes=number)
            ids.append(spooled(session, raw, ALL_OF_THEM, recipient, at=at))
    for start in range(0, len(ids), 40):
        process(hub.tools, ids[start : start + 40], START + timedelta(days=1))
    _move(hub)
    hub.database.close()
    seeded = Seeded(communities=communities)
    with site_over(folder, seeded, relay_url="smtp://127.0.0.1") as site:
        yield site


def _move(hub: Hub) -> None:
    with hub.database.writing() as session:
        here, there = (
            membership.known_community(session, f"c-{name_of(number)}") for number in MOVED
        )
        thread = session.scalars(
            select(Thread)
            .where(Thread.community_id == here.id, Thread.tool == "")
            .order_by(Thread.id)
            .limit(1)
        ).one()
        tools, now = hub.tools, START + timedelta(days=2)
        arranging.move(session, tools.blobs, tools.site, thread, there, now, by=OPERATOR)


def _mail(number: int, step: int) -> bytes:
    word = inside(number)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Author {word} <{ALL_OF_THEM}>"
    mail["Subject"] = f"{'Re: ' * (step == 1)}Subject {word}" + f" {step}" * (step > 1)
    mail["Message-ID"] = f"<{word}.{step}@x.example>"
    if step == 1:
        mail["In-Reply-To"] = f"<{word}.0@x.example>"
    when = "When: 3 March 2027 10:00 to 12:00\nWhere: " if step == 3 else ""
    mail.set_content(f"{when}{word} and everywhere the common word kestrel.\n")
    if step == 0:
        mail.add_attachment(PAPER, "text", "plain", filename=f"Paper {word}.txt")
    return mail.as_bytes()


def crawl(browser: Browser, more: list[str] | None = None) -> Crawl:
    """Follow every link and form that asks, from home on, and look up `more`."""
    found = Crawl()
    begin = ["/", "/sitemap.xml", "/robots.txt", "/atom.xml", "/search?q=kestrel", "/me/"]
    waiting = deque(begin + (more or []))
    while waiting:
        path = waiting.popleft()
        if path in found.answers or len(found.answers) > 5_000:
            continue
        answer = browser.get(path)
        found.answers[path] = answer
        if more is not None:
            continue
        targets = [one[0] or one[1] for one in LINK.findall(answer.data)]
        targets += [answer.headers.get("Location", "").encode()]
        for target in targets:
            address = unescape(target.decode()).removeprefix("http://127.0.0.1:8080")
            address = urljoin(path, address).partition("#")[0]
            if address.startswith("/") and not address.startswith(("//", "/signin", "/static")):
                waiting.append(address)
    return found


@pytest.fixture(scope="module")
def everything(hub_site: Site) -> Crawl:
    """What there is, as somebody sees it who is in all of them."""
    browser = Browser(hub_site, ALL_OF_THEM)
    browser.signs_in()
    return crawl(browser)


def browser_of(site: Site, address: str) -> Browser:
    browser = Browser(site, address, peer=f"192.0.2.{len(address)}")
    if address:
        browser.signs_in()
        browser.posts("/me/reader", "/me/")
    return browser


def readable(address: str) -> set[int]:
    mine = {ONE: {OF_ONE}, FACILITATOR: {LOOKED_AFTER}}.get(address, set())
    return {n for n in range(MANY) if visibility(n) == "open"} | mine


def betrayed(crawled: Crawl, address: str) -> list[str]:
    """What stands somewhere though this person may not know it. What they asked for themselves, the
    path, may come back to them."""
    may_read = readable(address)
    may_know = may_read | {n for n in range(MANY) if visibility(n) == "closed"}
    words = [inside(n) for n in range(MANY) if n not in may_read]
    words += [name_of(n) for n in range(MANY) if n not in may_know]
    forbidden = re.compile("|".join(words))
    found = []
    for path, told in crawled.told():
        asked = set(forbidden.findall(unquote(path)))
        found += [f"{path}: {word}" for word in set(forbidden.findall(told)) - asked]
    return found


def test_there_is_something_to_betray(everything: Crawl) -> None:
    """The crawler that may see all comes upon every word of every community."""
    told = "\n".join(text for _, text in everything.told())
    for number in range(MANY):
        assert name_of(number) in told
        assert inside(number) in told
    kinds = ("/threads/", "/m/", "/library/", "/atom.xml", "/archive.mbox", "/raw/", "/search")
    for kind in kinds:
        assert any(
            kind in path and inside(1) in unquote(path) + text for path, text in everything.told()
        ), kind


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_who_follows_links_comes_upon_nothing_else(hub_site: Site, address: str) -> None:
    crawled = crawl(browser_of(hub_site, address))
    assert len(crawled.answers) > 200
    assert betrayed(crawled, address) == []
    statuses = {path: answer.status_code for path, answer in crawled.answers.items()}
    assert {s for s in statuses.values() if s >= 500} == set()


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_nor_who_knows_every_address(hub_site: Site, everything: Crawl, address: str) -> None:
    browser = browser_of(hub_site, address)
    tried = crawl(browser, list(everything.answers))
    assert betrayed(tried, address) == []
    may_read = readable(address)
    for path, answer in tried.answers.items():
        place = re.match(r"/c/c-zname(\d\d)q(/.*)", path)
        if place is None or int(place[1]) in may_read:
            continue
        number = int(place[1])
        if visibility(number) == "secret":
            assert answer.status_code == 404, path
        else:
            assert answer.status_code == (200 if place[2] == "/" else 403), path


@pytest.mark.parametrize("address", [ONE, FACILITATOR])
def test_nor_a_feed_reader_with_their_link(hub_site: Site, everything: Crawl, address: str) -> None:
    page = browser_of(hub_site, address).get("/me/").text
    (link,) = set(re.findall(r'href="(/reader/[a-z2-7]+)/', page))
    feeds = [link + path for path in everything.answers if path.endswith("/atom.xml")]
    tried = crawl(Browser(hub_site), feeds)
    assert betrayed(tried, address) == []
    told = "\n".join(text for _, text in tried.told())
    mine = OF_ONE if address == ONE else LOOKED_AFTER
    assert inside(mine) in told


def test_what_is_secret_answers_as_what_is_not_there(hub_site: Site, everything: Crawl) -> None:
    stranger = Browser(hub_site)
    secret = f"c-{name_of(2)}"
    for path in everything.answers:
        if path.startswith(f"/c/{secret}/"):
            there, nowhere = stranger.get(path), stranger.get(path.replace(secret, "c-nosuch"))
            assert there.status_code == nowhere.status_code == 404
            assert there.text.replace(secret, "c-nosuch") == nowhere.text, path


@pytest.mark.parametrize("address", ["", ONE, FACILITATOR])
def test_counts_tell_of_nothing_else(hub_site: Site, address: str) -> None:
    browser = browser_of(hub_site, address)
    mine, all_ = len(readable(address)), Browser(hub_site, ALL_OF_THEM)
    all_.signs_in()
    of_all = re.search(r'role="status">(\d+) places', all_.get("/search?q=kestrel").text)
    of_me = re.search(r'role="status">(\d+) places', browser.get("/search?q=kestrel").text)
    assert of_all
    assert of_me
    each = int(of_all[1]) / MANY
    assert int(of_me[1]) == round(each * mine) - 2  # the posts of the discussion that was moved
    for number in set(range(MANY)) - readable(address):
        found = browser.get(f"/search?q={inside(number)}").text
        assert "Nothing here has all of these words" in found
        within = browser.get(f"/c/c-{name_of(number)}/search?q=kestrel")
        assert within.status_code in (403, 404)


def test_a_discussion_moved_to_where_one_may_not_read_is_not_there_any_more(
    hub_site: Site, everything: Crawl
) -> None:
    here, there = (f"/c/c-{name_of(number)}" for number in MOVED)
    address = f"{here}/m/{inside(MOVED[0])}.0@x.example"
    stranger = Browser(hub_site)
    assert stranger.get(address).status_code == 404
    member = Browser(hub_site, ALL_OF_THEM)
    member.signs_in()
    answer = member.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{there}/m/")
