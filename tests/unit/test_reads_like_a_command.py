"""A mail to everybody that says nothing but what one writes to change one's own settings."""

from __future__ import annotations

import pytest

from mailhub import commands, reading


def reads_like_one(subject: str, text: str, more: str = "") -> bool:
    raw = (
        f"From: Jane Doe <jane@leeds.example>\r\nTo: policy@lists.example.org\r\n{more}"
        f"Date: Tue, 3 Nov 2026 09:00:00 +0000\r\nSubject: {subject}\r\n\r\n"
    )
    return commands.reads_like_one(reading.read((raw + text.replace("\n", "\r\n")).encode()))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "Weekly please"),
        ("Settings", "pause until 12 December\nweekly please\n\nThanks, Jane"),
        ("subscribe", ""),
        ("Hi", "Hi all\n\nplease stop the emails until Monday\n\nJane"),
        ("", "subscribe"),
    ],
)
def test_what_is_nothing_but_commands(subject: str, text: str) -> None:
    assert reads_like_one(subject, text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("How often?", "Weekly please. And how do you do it in Leeds?"),
        ("Help please", "How do you count indicator 6?"),
        ("Help", "Help!"),
        ("Weekly", "Weekly collections: who still has them?"),
        ("Leaving", "I am leaving Leeds on Friday. It was a pleasure to work with you all."),
        ("Join us", "Join us for a webinar on Tuesday"),
        ("Pause", "weekly please\n\nAnd one more question: how do you count indicator 6?"),
        ("Monthly figures", "None"),
        ("", ""),
    ],
)
def test_what_is_a_post(subject: str, text: str) -> None:
    assert not reads_like_one(subject, text)


def test_an_answer_is_a_post() -> None:
    assert not reads_like_one("Re: How often?", "Weekly", "In-Reply-To: <q@york.example>\r\n")
    assert not reads_like_one("Re: How often?", "Weekly")
