"""Names and addresses out of words; tombstones read as what they stand for; the operator's commands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailhub import reading
from mailhub.privacy import tombstones
from mailhub.privacy.tombstones import Scrubber, Stone
from tests.shell import Shell

JANE = Scrubber.of(["Jane Doe", "Jane"], ["jane@leeds.example"])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Ask jane doe, or JANE@leeds.example.", "Ask A former member, or A former member."),
        ("Doe, Jane wrote it", "A former member wrote it"),
        ("All good.\n\nJane", "All good.\n"),
        ("All good.\nJane Doe\n", "All good.\n"),
        # Who is only called by a word that others use keeps it in a sentence.
        ("Jane Austen is not meant", "Jane Austen is not meant"),
        ("Janet and mary-jane@leeds.example.org", "Janet and mary-jane@leeds.example.org"),
        ("", ""),
    ],
)
def test_a_person_is_taken_out_of_words(said: str, left: str) -> None:
    assert JANE.clean(said) == left


def test_nothing_known_takes_nothing_out() -> None:
    assert Scrubber.of(["", " "], []).clean("Jane Doe\n") == "Jane Doe\n"


def test_a_tombstone_is_read_as_a_mail_in_its_place() -> None:
    stone = Stone(
        "1@leeds.example",
        "Re: Größe\r\nBcc: x@y.example",
        datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        "policy@lists.example.org",
        "noreply@lists.example.org",
        ("2@leeds.example", "3 >\r\n<@x"),
        bytes(22),
    )
    letter = reading.read(tombstones.mail(stone, "Wörter.\n.\nFrom here"))
    assert letter.message_id == "1@leeds.example"
    assert letter.subject == "Re: Größe Bcc: x@y.example"
    assert letter.author.name == "A former member"
    assert letter.references[-1] == "2@leeds.example"
    assert letter.text.split() == ["Wörter.", ".", "From", "here"]
    assert len(letter.thread_index) == 22


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "var")


def test_the_operator_and_a_persons_data(shell: Shell, tmp_path: Path) -> None:
    shell.told("community", "create", "policy", "--name", "Policy")
    shell.run("community", "create", "charts", "--name", "Charts", "--parent", "policy")
    shell.run("community", "create", "after", "--name", "After")
    assert [(c["slug"], c["parent"]) for c in shell.told("community", "list")] == [
        ("after", None),
        ("policy", None),
        ("charts", "policy"),
    ]
    added = shell.run("member", "add", "policy", "jane@leeds.example", "--name", "Jane\u202e Doe")
    assert added.returncode == 0
    held = shell.told("member", "data", "Jane@leeds.example")
    assert held["memberships"][0]["community"] == "Policy"
    shell.run("member", "data", "jane@leeds.example", "--output", str(tmp_path / "out"))
    assert "jane@leeds.example" in (tmp_path / "out" / "data.json").read_text()

    trail = shell.told("trail", "--person", "jane@leeds.example")
    assert [(c["of"], c["what"], c["how"]) for c in trail] == [
        ("person", "registered", "operator"),
        ("membership", "joined", "operator"),
    ]
    assert "\u202e" not in str(trail)
    assert len(shell.told("trail", "--community", "policy")) == 2

    foreseen = shell.told("member", "forget", "jane@leeds.example")
    assert foreseen == [{"community": "Policy", "role": "contributor", "posts": 0, "papers": 0}]
    assert shell.told("member", "forget", "jane@leeds.example", "--yes")["posts"] == 0
    assert "jane@leeds.example" in shell.refused("member", "data", "jane@leeds.example")
    assert "jane@leeds" not in str(shell.told("trail"))
    assert shell.told("trail")[-1]["what"] == "forgotten"


def test_the_operator_and_retention(shell: Shell) -> None:
    shell.told("community", "create", "policy", "--name", "Policy")
    assert shell.told("community", "retention", "policy", "--dry-run")["before"] is None
    assert "retention" in shell.refused("community", "set", "policy", "retention=-1")
    shell.told("community", "set", "policy", "retention=30")
    said = shell.told("community", "retention", "policy")
    assert (said["retention"], said["posts"], said["since"], said["gone"]) == (30, 0, None, 0)


def test_the_operator_and_stewards(shell: Shell) -> None:
    for _ in range(2):  # told once
        assert shell.run("steward", "add", "ann@hub.example").returncode == 0
    assert [mail["to"] for mail in shell.told("queue", "list")] == ["ann@hub.example"]
    assert shell.told("steward", "list") == [{"address": "ann@hub.example", "from_settings": False}]
    assert "nobody" in shell.refused("steward", "add", "nobody")
    assert shell.told("steward", "waiting") == []
    assert shell.run("steward", "remove", "Ann@hub.example").returncode == 0
    assert "ann@hub.example" in shell.refused("steward", "remove", "ann@hub.example")
