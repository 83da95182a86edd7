"""The page of held mail on a phone and on a screen, with JavaScript off: nothing that axe finds, nothing
wider than the screen, a form that asks and does not decide."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from mailhub.addresses import Purpose, Token, Tokens
from mailhub.models import Hold, Membership, Notice, Noticed
from tests.browser.conftest import ServedSite
from tests.browser.looking_over import look_over
from tests.servers.chromium import INTRANET
from tests.spooled import spooled
from tests.unit.web.test_valid import valid
from tests.web import SECRET

NOW = datetime.now(UTC)
RAW = (
    b"From: Mallory <mallory@evil.example>\r\nTo: policy@lists.example.org\r\nSubject: Zebras\r\n"
    b"Message-ID: <held@evil.example>\r\n\r\n" + b"Averylongwordwithoutanyblank" * 20 + b"\r\n"
    b"<script>document.title='evil'</script> <img src=x onerror=\"document.title='evil'\">\r\n"
)


@pytest.fixture(scope="module")
def address(archive: ServedSite) -> str:
    """The link of a notice to Jane, who looks after Policy and Performance now, about two mails."""
    seeded = archive.site.seeded
    with archive.site.database.writing() as session:
        community, jane = seeded.communities["policy"], seeded.people["Jane"]
        member = session.scalars(
            select(Membership).where(
                Membership.community_id == community, Membership.person_id == jane
            )
        ).one()
        member.role = "facilitator"
        notice = Notice(
            kind="morning",
            community_id=community,
            person_id=jane,
            address="jane.doe@leeds.example",
            sent_at=NOW,
        )
        session.add(notice)
        session.flush()
        for number in (1, 2):
            inbound = spooled(session, RAW, "", at=NOW, state="done")
            held = Hold(
                inbound_id=inbound,
                community_id=community,
                recipients=["policy@lists.example.org"],
                reason="stranger",
                author_address="mallory@evil.example",
                subject="Zebras " + "x" * 200 * (number - 1),
                files=[{"name": "a" * 150 + ".exe", "size": 1, "type": "application/x-dosexec"}],
                held_at=NOW,
            )
            session.add(held)
            session.flush()
            session.add(Noticed(notice_id=notice.id, number=number, hold_id=held.id))
        token = Tokens(SECRET.encode()).sign(
            Token(Purpose.HOLD, notice.id, jane, NOW.date().replace(year=NOW.year + 1))
        )
    return f"{archive.base}/hold/{token}"


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in (address, f"{address}/1", f"{address}/2"):
        answer = page.goto(path)
        assert answer is not None
        valid(answer.text())
        assert "evil" not in page.title()
        look_over(page)
    context.close()


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "1. Zebras"), (INTRANET, "2. Zebras")])
def test_it_works_without_javascript(browser: Browser, address: str, host: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address.replace("127.0.0.1", host))
    page.get_by_role("link", name=name).click()
    page.get_by_label("Reason").fill("Off topic")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Was it you?").first).to_be_visible()
    page.get_by_role("link", name="All held mail").click()
    expect(page.get_by_text("Waiting since")).to_have_count(2)
    context.close()
