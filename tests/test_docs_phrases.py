"""What the pages tell people to write is understood."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailhub.commands.command import Place
from mailhub.commands.inspecting import understood_at
from mailhub.reading import read

DOCS = Path(__file__).parents[1] / "docs"
LETTER = """From: Jane Doe <jane@leeds.example>
To: policy@lists.example.org
Subject: Re: x
Date: Sun, 22 Nov 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

"""
# The page, the heading above its table, the column with what is written, and where it is sent.
TABLES = (
    ("members", "What you can say", 1, Place.SETTINGS),
    ("members", "Digests", 1, Place.DIGEST),
    ("facilitators", "Held mail", 0, Place.DECISION),
    ("facilitators", "Discussions, posts and people, after the fact", 0, Place.FACILITATOR),
)


def phrases(page: str, heading: str, column: int) -> list[str]:
    """What stands between backticks in a column of the tables below a heading; what is left to be
    filled in ("unban …") is left out."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    assert found, heading
    lines = [line for line in found[1].splitlines() if line.startswith("| ")]
    cells = [line.strip("| ").split(" | ")[column] for line in lines]
    said = [phrase for cell in cells for phrase in re.findall(r"`([^`]+)`", cell)]
    return [phrase for phrase in said if not phrase.endswith(" …") and phrase[0] != "+"]


@pytest.mark.parametrize(
    ("phrase", "place"),
    [
        (phrase, place)
        for page, heading, column, place in TABLES
        for phrase in phrases(page, heading, column)
    ],
)
def test_what_a_page_says_is_understood(phrase: str, place: Place) -> None:
    assert understood_at(read((LETTER + phrase).encode()), place)
