"""A newcomer is an officer for five minutes: reads Jane's mail, answers as Tom, and sees it all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailhub import membership, migrations
from mailhub.app.hub import clock, put_together
from mailhub.app.serve import ROLES, Serving
from mailhub.settings import Settings
from tests.servers.running import free_port

PEOPLE = (("Jane Doe", "jane@leeds.example"), ("Tom Okafor", "tom@devon.example"))


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """A whole hub with its embedded defaults, and one community of two."""
    settings = Settings(
        data_dir=tmp_path,
        domain="lists.example.org",
        smtp_listen=f"127.0.0.1:{free_port()}",
        http_listen=f"127.0.0.1:{free_port()}",
        site_url="http://127.0.0.1",
    )
    hub = put_together(settings)
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        community = membership.found(session, "policy", "Policy and Performance", clock())
        for name, address in PEOPLE:
            membership.add(session, community, address, clock(), name=name)
    serving = Serving(hub, ROLES)
    ready = threading.Event()
    thread = threading.Thread(target=serving.run, args=(lambda _: ready.set(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    yield f"http://{settings.http_listen}"
    serving.stop()
    thread.join(60)


def _open_newest(page: Page, subject: str) -> None:
    """Look into the mailbox until the mail is there: it takes a moment."""
    for _ in range(40):
        if page.get_by_role("link", name=subject).count():
            page.get_by_role("link", name=subject).first.click()
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{subject} never came")


def test_a_question_is_asked_answered_and_found_in_the_archive(
    page: Page, base: str, tmp_path: Path
) -> None:
    paper = tmp_path / "Note on dates.txt"
    paper.write_text("The date is that of the notice. " * 40)
    # Jane asks.
    page.goto(base)
    page.get_by_role("link", name="postbox").first.click()
    page.get_by_role("link", name="Jane Doe").click()
    page.get_by_role("link", name="Write", exact=True).click()
    expect(page.get_by_label("To", exact=True)).to_have_value("policy@lists.example.org")
    page.get_by_label("Subject").fill("Indicator 6")
    page.get_by_label("Your words").fill("Which date do you use?")
    page.get_by_label("Attach files").set_input_files(paper)
    page.get_by_role("button", name="Send as Jane Doe").click()
    expect(page.get_by_role("status")).to_contain_text("taken by the hub")
    # Tom reads it and answers.
    page.get_by_role("link", name="Be someone else").click()
    page.get_by_role("link", name="Tom Okafor").click()
    _open_newest(page, "Indicator 6")
    expect(page.locator(".plain").first).to_contain_text("Which date do you use?")
    words = page.get_by_label("Your words")
    assert "> Which date do you use?" in words.input_value()
    words.fill("That of the notice.\n" + words.input_value())
    page.get_by_role("button", name="Send as Tom Okafor").click()
    # Jane has the answer, and the archive the thread and the paper.
    page.goto(f"{base}/postbox/jane@leeds.example/")
    _open_newest(page, "Re: Indicator 6")
    expect(page.locator(".plain").first).to_contain_text("That of the notice.")
    page.goto(f"{base}/c/policy/")
    page.get_by_role("link", name="Indicator 6").first.click()
    expect(page.locator("article.post-body")).to_have_count(2)
    expect(page.locator("li.depth-1 article.post-body > p").first).to_have_text(
        "That of the notice."
    )
    expect(page.locator("li.depth-1 details.earlier")).to_have_count(1)
    page.get_by_role("link", name="Note on dates.txt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Note on dates")
