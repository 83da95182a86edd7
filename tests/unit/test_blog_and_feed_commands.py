"""The commands of blogs and feeds: what they print, change, and refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailhub.app.hub import put_together
from mailhub.process import process
from mailhub.settings import Settings
from tests.feeds.servers import item, serving
from tests.shell import Shell
from tests.spooled import spooled

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    found = Shell(tmp_path / "var", feed_networks="127.0.0.1/32")
    found.told("community", "create", "policy", "--name", "Policy")
    found.run("member", "add", "policy", "jane@leeds.example", "--name", "Jane Doe")
    return found


def mail(folder: Path, to: str, subject: str, text: str, *more: str) -> None:
    """Have one mail of Jane's processed."""
    hub = put_together(Settings(data_dir=folder))
    lines = ("From: Jane Doe <jane@leeds.example>", f"To: {to}", f"Subject: {subject}", *more)
    raw = "\r\n".join((*lines, "", text, "")).encode()
    with hub.database.writing() as session:
        number = spooled(session, raw, "jane@leeds.example", to, at=AT)
    process(hub.tools, [number], AT)
    hub.database.close()


def test_entries_are_listed_shown_removed_and_restored(shell: Shell, tmp_path: Path) -> None:
    ids = ("Message-ID: <one@leeds.example>",)
    mail(tmp_path / "var", "policy+blog@lists.localhost", "A week in waste", "We counted.", *ids)
    answers = ("In-Reply-To: <one@leeds.example>", "Message-ID: <two@leeds.example>")
    mail(tmp_path / "var", "policy+blog@lists.localhost", "Re: A week", "And again.", *answers)
    (entry,) = shell.told("blog", "list", "policy")
    assert (entry["subject"], entry["author"], entry["comments"]) == (
        "A week in waste",
        "Jane Doe",
        1,
    )
    number = str(entry["number"])
    shown = shell.told("blog", "show", number)
    assert (shown["text"].strip(), shown["community"], shown["followers"]) == (
        "We counted.",
        "policy",
        0,
    )
    assert [one["text"].strip() for one in shown["comments"]] == ["And again."]
    assert shell.told("blog", "remove", number)["gone"] == "removed"
    assert "We counted" not in shell.told("blog", "show", number)["text"]
    assert shell.told("blog", "restore", number)["gone"] == ""
    assert shell.told("blog", "show", number)["text"].strip() == "We counted."
    refused = shell.run("blog", "show", "99")
    assert (refused.returncode, refused.stderr) == (
        1,
        "mailhub: 99: there is no blog entry of this number\n",
    )


def test_feeds_are_added_fetched_listed_and_dropped(shell: Shell) -> None:
    with serving() as server:
        url = server.feed("/rss", item(1))
        added = shell.told("feed", "add", "policy", url)
        assert (added["community"], added["changed"]) == ("policy", True)
        assert not shell.told("feed", "add", "policy", url)["changed"]
        (fetched,) = shell.told("feed", "fetch")
        assert (fetched["url"], fetched["result"]) == (url, "new")
        assert shell.told("feed", "fetch") == [], "it is not due"
        server.status("/rss", 500)
        (fetched,) = shell.told("feed", "fetch", str(added["number"]))
        assert (fetched["result"], fetched["said"]) == ("status", "500")
    (feed,) = shell.told("feed", "list", "policy")
    assert (feed["title"], feed["headlines"], feed["trouble"]) == ("York council news", 1, "status")
    assert shell.told("feed", "drop", str(added["number"]))["changed"]
    assert shell.told("feed", "list") == []
    for arguments, said in (
        (("feed", "drop", "99"), "99: no feed of this number is followed"),
        (("feed", "add", "policy", "file:///etc/passwd"), "only http and https addresses"),
    ):
        refused = shell.run(*arguments)
        assert refused.returncode == 1
        assert said in refused.stderr
