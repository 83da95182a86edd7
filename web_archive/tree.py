"""The posts of a thread in the order in which they are read: each answer below what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

DEEPEST = 5  # levels of indentation on pages; deeper answers stand at the last


class Answering(Protocol):
    """What the order needs of a post."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...


Row = TypeVar("Row", bound=Answering)


def in_order(posts: Iterable[Row]) -> list[tuple[Row, int]]:
    """Each post with its depth. `posts` are in the order received; one whose parent is not among
    them stands at the top. No recursion: a thread may be as deep as it is long."""
    rows = list(posts)
    known = {row.id for row in rows}
    answers: dict[int | None, list[Row]] = {}
    for row in rows:
        parent = row.parent_id if row.parent_id in known and row.parent_id != row.id else None
        answers.setdefault(parent, []).append(row)
    ordered: list[tuple[Row, int]] = []
    waiting = [(row, 0) for row in reversed(answers.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        ordered.append((row, depth))
        waiting += [(answer, depth + 1) for answer in reversed(answers.get(row.id, []))]
    if len(ordered) < len(rows):  # a circle: never filed so, but shown rather than lost
        seen = {row.id for row, _ in ordered}
        ordered += [(row, 0) for row in rows if row.id not in seen]
    return ordered
