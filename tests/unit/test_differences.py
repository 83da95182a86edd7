"""What changed between two texts: every change is told once, and the new text can be put together from what is told."""

from __future__ import annotations

import random
import time

import pytest

from mailhub.differences import MAX_LINES, MAX_TEXT, Change, differences

OLD = """\
The date is that of the notice.
Count each case once.

Send figures to the team by Friday.
Thank you.
"""


def told(changes: tuple[Change, ...] | None) -> list[tuple[str, str]]:
    """What was taken out and put in, in order."""
    assert changes is not None
    return [
        (piece.kind, piece.text.strip())
        for change in changes
        for piece in change.pieces
        if piece.kind != "same"
    ]


def test_a_word_that_changed_is_told_and_not_its_line() -> None:
    new = OLD.replace("Friday", "Monday at noon")
    assert told(differences(OLD, new)) == [("out", "Friday"), ("in", "Monday at noon")]


def test_lines_that_came_and_went() -> None:
    assert told(differences(OLD, OLD + "Yours, Jane\n")) == [("in", "Yours, Jane")]
    assert told(differences(OLD, OLD.replace("Count each case once.\n", ""))) == [
        ("out", "Count each case once.")
    ]
    assert told(differences("", OLD)) == [("in", OLD.strip())]
    # A line that says something else altogether is not cut into scraps.
    assert told(differences("Count each case once.\n", "Nothing else matters here!\n")) == [
        ("out", "Count each case once."),
        ("in", "Nothing else matters here!"),
    ]


def test_blanks_at_the_ends_are_no_difference() -> None:
    assert differences(OLD, OLD.replace("\n", "  \r\n") + "\r\n\r\n") == ()


def test_two_places_far_apart_are_two_and_what_lies_between_is_counted() -> None:
    lines = [f"Line {number}" for number in range(100)]
    other = [line.replace("Line 10", "Row 10").replace("Line 80", "Row 80") for line in lines]
    found = differences("\n".join(lines), "\n".join(other))
    assert found is not None
    assert [change.skipped for change in found] == [8, 65]
    assert len(found) == 2


def rebuilt(new: str, changes: tuple[Change, ...]) -> list[str]:
    """The new text from what is told, and from itself where that says "the same"."""
    lines, whole, at = new.split("\n"), [], 0
    for change in changes:
        whole += lines[at : at + change.skipped]
        at += change.skipped
        shown = "".join(piece.text for piece in change.pieces if piece.kind != "out")
        whole += shown.removesuffix("\n").split("\n") if shown else []
        at += shown.count("\n")
    return whole + lines[at:]


@pytest.mark.parametrize("seed", range(40))
def test_the_new_text_is_put_together_from_what_is_told(seed: int) -> None:
    dice = random.Random(seed)
    words = ["alpha", "beta", "gamma", "delta", "x"]
    old = [" ".join(dice.choices(words, k=dice.randint(1, 6))) for _ in range(dice.randint(0, 30))]
    new = list(old)
    for _ in range(dice.randint(0, 8)):
        at = dice.randint(0, len(new))
        new[at : at + dice.randint(0, 2)] = [
            " ".join(dice.choices(words, k=3)) for _ in range(dice.randint(0, 2))
        ]
    found = differences("\n".join(old), "\n".join(new))
    assert found is not None
    assert rebuilt("\n".join(new), found) == new or not new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x" * (MAX_TEXT + 1), "x"),
        ("x\n" * (MAX_LINES + 1), "y"),
        ("\n".join(map(str, range(2_000))), "\n".join(map(str, range(3_000, 5_000)))),
    ],
)
def test_what_is_too_much_is_not_compared(old: str, new: str) -> None:
    assert differences(old, new) is None


def test_no_texts_cost_much() -> None:
    # Below two hundred words nothing is too common to be looked at: the most work for so many words.
    dice = random.Random(1)
    old, new = (
        "\n".join(" ".join(dice.choices("ab", k=140)) + f"\n#{line}" for line in range(60))
        for _ in range(2)
    )
    began = time.process_time()
    assert differences(old, new)
    assert time.process_time() - began < 5
