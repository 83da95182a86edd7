"""What people ask for by mail is read rightly."""

from __future__ import annotations

import pytest

from mailhub.commands.grammar import Command, Place, nearest, understand
from mailhub.letter import Letter
from mailhub.reading import read


def letter(text: str) -> Letter:
    head = "From: Jane Doe <jane@leeds.example>\nSubject: Re: x\nIn-Reply-To: <x@y>\n"
    return read(f"{head}Date: Sat, 21 Nov 2026 20:00:00 +0000\n\n{text}\n".encode())


@pytest.mark.parametrize(
    ("place", "text", "commands"),
    [
        ("settings", "unsubscribe", [Command("leave")]),
        ("settings", "Please remove me from this list.", [Command("leave")]),
        ("settings", "weekly\nmute\n\nThanks\nJane", [Command("weekly"), Command("mute")]),
        ("settings", "get doc 12 version 2", [Command("get", "doc 12 version 2")]),
        ("settings", "pause until 12 December", [Command("pause", "2026-12-12")]),
        ("confirm", "yes please", [Command("yes")]),
        ("confirm", "yes but no", []),
        ("decision", "ok", [Command("approve")]),
        ("list", "Yes, we do that in Leeds", []),
    ],
)
def test_a_few(place: str, text: str, commands: list[Command]) -> None:
    assert list(understand(letter(text), Place(place))) == commands


def test_what_may_have_been_meant() -> None:
    assert nearest(letter("the weekly thing, not sure how"), Place.SETTINGS)[0] == "weekly"
