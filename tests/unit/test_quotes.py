"""The new words of officers' replies, one by one, as their mail programs write them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailhub.reading.quotes import split

REPLIES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "replies.toml").read_text("utf-8")
)["reply"]
# Marks of direction and width, which nobody sees, may go.
UNSEEN = dict.fromkeys((0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F)))


def lines(text: str) -> list[str]:
    """The lines that are not blank, as written but for blanks at their ends."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["name"])
def test_new_words(reply: dict[str, Any]) -> None:
    parts = split(reply["text"].strip("\n"), subject=reply.get("subject", "Re: Policy"))
    assert lines(parts.new_text) == lines(reply["new"])
    if "signature" in reply:
        assert lines(parts.signature) == lines(reply["signature"])


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["name"])
def test_nothing_is_lost(reply: dict[str, Any]) -> None:
    """Every word of the letter is in one of the three parts."""
    parts = split(reply["text"], subject=reply.get("subject", "Re: Policy"))
    whole = " ".join((parts.new_text, parts.signature, parts.quoted))
    kept = "".join(whole.split())
    for line in lines(reply["text"].translate(UNSEEN)):
        for word in line.split():
            assert word in kept
