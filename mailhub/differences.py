"""What was taken out of a text and what was put in: lines are compared, and in lines that changed the words.

It takes two texts of strangers, so all of it is bounded: where they are too long, or differ in too much to be
compared with little work, it says so (None) and compares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MAX_TEXT = 300_000  # characters of either text
MAX_LINES = 6_000
MAX_WORK = 1_000_000  # lines of the one times lines of the other, where they begin to differ
MAX_WORDS = 300  # of changed lines side by side; in longer ones no words are compared
MAX_COMPARED = 6_000  # words in all
AROUND = 2  # unchanged lines that are shown before and after a change

_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")

Kind = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they are in both texts, only in the old one, or only in the new."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A place where the texts differ, with some lines around. `skipped` lines before it are the same."""

    skipped: int
    pieces: tuple[Piece, ...]


def differences(old: str, new: str) -> tuple[Change, ...] | None:
    """Every place where two texts differ, from the top; empty where no line does; None where that is too much
    to compare. What no reader sees, blanks at the ends of lines, is no difference."""
    if max(len(old), len(new)) > MAX_TEXT:
        return None
    before, after = _lines(old), _lines(new)
    if max(len(before), len(after)) > MAX_LINES:
        return None
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    if (ends[0] - head) * (ends[1] - head) > MAX_WORK:
        return None
    # With its notion of what is too common to go by, which bounds its work.
    matcher = SequenceMatcher(None, before[head : ends[0]], after[head : ends[1]])
    spans = [
        (a + head, b + head, c + head, d + head)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
    return tuple(_changes(before, after, spans))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\r\n").splitlines()]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same from the beginning."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _changes(
    before: list[str], after: list[str], spans: list[tuple[int, int, int, int]]
) -> Iterator[Change]:
    shown = room = 0  # lines of the new text that were passed; words compared so far
    pieces: list[Piece] = []
    skipped = 0
    for number, (a, b, c, d) in enumerate(spans):
        begins = shown
        if not pieces:
            begins = max(shown, c - AROUND)
            skipped = begins - shown
        pieces.append(_piece("same", after[begins:c]))
        compared, words = _compared(before[a:b], after[c:d], MAX_COMPARED - room)
        pieces += compared
        room += words
        following = spans[number + 1][2] if number + 1 < len(spans) else len(after)
        near = number + 1 < len(spans) and following - d <= 2 * AROUND
        shown = d if near else min(d + AROUND, following)
        if not near:
            pieces.append(_piece("same", after[d:shown]))
            yield Change(skipped, tuple(piece for piece in pieces if piece.text))
            pieces = []


def _compared(out: list[str], put: list[str], room: int) -> tuple[list[Piece], int]:
    """Lines that changed, word by word where they are few enough; and how many words that were."""
    whole = [_piece("out", out), _piece("in", put)]
    if not out or not put:
        return whole, 0
    old, new = (_WORD.findall("\n".join(lines) + "\n") for lines in (out, put))
    count = len(old) + len(new)
    if max(len(old), len(new)) > MAX_WORDS or count > room:
        return whole, 0
    matcher = SequenceMatcher(None, old, new)
    if matcher.ratio() < 0.3:  # hardly a word stayed: two texts are easier to read than scraps
        return whole, count
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
        else:
            pieces += [Piece("out", "".join(old[a:b])), Piece("in", "".join(new[c:d]))]
    return [piece for piece in pieces if piece.text], count


def _piece(kind: Kind, lines: Sequence[str]) -> Piece:
    return Piece(kind, "".join(f"{line}\n" for line in lines))
