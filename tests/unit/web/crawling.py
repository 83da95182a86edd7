"""A hub of forty communities, open, closed and secret, each with words of its own in its name and in what is inside;
and somebody who follows every link of its pages."""

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
from mailhub.feeds import filing, following
from mailhub.membership import OPERATOR
from mailhub.migrations import upgrade
from mailhub.models import Thread
from mailhub.process import process
from mailhub.settings import Settings
from mailhub.syndication.reading import Heading, Read
from tests.seed import START, Seeded
from tests.spooled import spooled
from tests.unit.web.browsing import Browser
from tests.web import SECRET, Site, site_over
from web_archive.limits import Limit

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
    _follow(hub)
    _move(hub)
    hub.database.close()
    seeded = Seeded(communities=communities)
    with site_over(folder, seeded, relay_url="smtp://127.0.0.1") as site:
        # A crawler that is refused would see less than there is.
        limits = site.app.extensions["mailhub"].limits
        limits.downloading = limits.searching = Limit(100_000, 0.001)
        yield site


def _follow(hub: Hub) -> None:
    """A headline in each community."""
    with hub.database.writing() as session:
        for number in range(MANY):
            community = membership.known_community(session, f"c-{name_of(number)}")
            url, word = f"https://{inside(number)}.example/rss", inside(number)
            feed, _ = following.follow(session, community, url, START, by=OPERATOR)
            told = Heading("1", f"Story {word}", f"https://x.example/{word}", word, "", "")
            filing.file(session, feed, Read(f"News {word}", "", (told,)), START)


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
    if step < 2:  # and a version that says more
        paper = PAPER + f"{word} {step}".encode()
        mail.add_attachment(paper, "text", "plain", filename=f"Paper {word}.txt")
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
        assert answer.status_code != 429, path
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
