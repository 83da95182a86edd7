"""A digest as a picture of it is: readable at every width, in light and dark; axe finds nothing; its HTML is
whole; with two hundred things it stays below 80 KB."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from digests.compose import Composed
from digests.preview import previews
from mailhub import migrations
from mailhub.app.digesting import DOORS
from mailhub.app.hub import put_together
from mailhub.models import Bulletin, Person
from mailhub.settings import Settings
from tests.digests import town

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
VOID = {"meta", "br", "hr", "img", "link", "input", "wbr"}


def digest(folder: Path, things: int, language: str) -> Composed:
    """The digest of somebody in whose communities so much has happened."""
    hub = put_together(Settings(data_dir=folder))
    migrations.upgrade(hub.database)
    dice = random.Random(3)
    with hub.database.writing() as session:
        made = town.found(
            session, dice, MONDAY - timedelta(days=9), communities=1, people=9, each=1
        )
        reader, *others = made.people
        session.get_one(Person, reader).language = language
        for number in range(things):
            subject = f'<b>Service</b> & "costs" number {number}, ŵyl' if number % 7 == 0 else ""
            subject = "題" * 150 if number == 3 else subject
            at = MONDAY + timedelta(minutes=10 * number)
            town.discussion(
                session, dice, made.communities[0], others, at, answers=number % 4, subject=subject
            )
        # What the stewards say at its top, as long as it may be.
        session.add(
            Bulletin(
                form="piece",
                state="going",
                subject="Ŵy <b>&",
                text="ŵ" * 400 + " https://hub.example/ŵ?a=1&b=2\n\n" + "ŵ & <b> " * 95,
                asked_by="",
                asked_at=MONDAY,
                goes_at=MONDAY,
                ends_at=MONDAY + timedelta(days=35),
            )
        )
    address = f"p{reader}@council{reader % 97}.example"
    (found,) = previews(hub.database, hub.tools.site, DOORS, address, MONDAY + timedelta(days=4))
    hub.database.close()
    assert found.composed
    return found.composed


class Whole(HTMLParser):
    """Every element that is opened is closed, inside of what it was opened in; headings go down by one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        assert len(attributes) == len({name for name, _ in attributes})

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    return digest(tmp_path_factory.mktemp("usual"), 12, "")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    return digest(tmp_path_factory.mktemp("large"), 200, "cy")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 700])
@pytest.mark.parametrize("which", ["usual", "large"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, usual: Composed, large: Composed, which: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_content((usual if which == "usual" else large).html)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    dark = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert (dark == "rgb(255, 255, 255)") == (scheme == "light")
    context.close()


def test_its_html_is_whole(usual: Composed, large: Composed) -> None:
    for composed, language in ((usual, "en"), (large, "cy")):
        read = Whole()
        read.feed(composed.html)
        assert not read.open
        assert read.headings[0] == 1
        assert read.headings.count(1) == 1
        assert all(
            below - above <= 1
            for above, below in zip(read.headings, read.headings[1:], strict=False)
        )
        assert f'<html lang="{language}"' in composed.html
        assert "<img" not in composed.html
        assert "@@" not in composed.html + composed.text
        assert not set(composed.html + composed.text) & {"\x01", "\x02", "\x03"}


def test_two_hundred_things_in_eighty_kilobytes(large: Composed) -> None:
    assert len(large.html_octets) < 80_000
    for number in range(1, 201):
        assert f"\n{number}. " in large.text
        assert f"{number}. <a href=" in large.html
    # Its text has each link too, and the one by which no more come.
    assert large.text.count("http://") == 201


def test_any_relay_takes_it(usual: Composed, large: Composed) -> None:
    for composed in (usual, large):
        assert composed.octets.isascii()
        assert max(map(len, composed.octets.split(b"\r\n"))) <= 998
        assert composed.octets.count(b"\n") == composed.octets.count(b"\r\n")
        assert max(map(len, composed.text_octets.split(b"\r\n"))) <= 76
