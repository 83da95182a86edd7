"""What the servers of the world say, and whether the address is dead for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailhub.reading.statuses import cause_of, enhanced_status, is_hard

SAYINGS = [
    line.split("\t", 1)
    for line in (Path(__file__).parent / "refusals_of_the_world.tsv")
    .read_text("utf-8")
    .splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "words"), SAYINGS, ids=[words[:60] for _, words in SAYINGS])
def test_hard_is_told_from_soft(kind: str, words: str) -> None:
    hard = is_hard("failed", enhanced_status(words), [words])
    assert ("hard" if hard else "soft") == kind, cause_of(words)
