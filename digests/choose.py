"""What stands in one reader's digest, and in which order: pure.

The sections come in the order of `mailhub.news.SECTIONS`; in each, what concerns the reader stands first:
where they are asked something, where they take part, where people of their organisation do; then what was
answered most; then the newest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from mailhub.news import SECTIONS

MOST_HTML = 68_000  # octets of all that is told; with its frame a digest stays below 80 KB
MOST = 400  # things in one digest, most of them as titles


@dataclass(frozen=True, slots=True)
class Told:
    """One piece as the choosing sees it."""

    piece_id: int
    section: str
    kind: str
    object_id: int
    community_id: int
    at: datetime
    count: int
    size: int  # octets of its HTML
    short: int  # and where it is told by its title alone
    by: frozenset[int]
    people: frozenset[int]
    organisations: frozenset[str]
    awaited: frozenset[int]
    had: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads."""

    person_id: int
    organisation: str = ""
    muted: frozenset[int] = frozenset()  # threads


Entry = tuple[int, str, str, bool]  # piece, section, why, whether it is told in full


def entries(reader: Reader, told: Iterable[Told]) -> list[Entry]:
    """The entries in the order of their numbers; none where nothing happened for this reader."""
    chosen = sorted(
        (_placed(reader, one) for one in told if _concerns(reader, one)),
        key=lambda placed: (
            SECTIONS.index(placed[1]),
            _RANK[placed[2]],
            placed[0].at if placed[1] == "events" else -placed[0].count,
            -placed[0].at.timestamp() if placed[1] != "events" else 0,
            placed[0].piece_id,
        ),
    )[:MOST]
    room = MOST_HTML - sum(one.short for one, _, _ in chosen)
    found: list[Entry] = []
    for one, section, why in chosen:
        more = one.size - one.short
        full = more <= room
        room -= more if full else 0
        found.append((one.piece_id, section, why, full))
    return _titles_last(found)


_RANK = {"asked": 0, "yours": 1, "colleagues": 2, "plain": 3}


def _concerns(reader: Reader, one: Told) -> bool:
    """Not what the reader did alone, or had when it came, nor discussions that they have muted."""
    if reader.person_id in one.had:
        return False
    if one.kind == "thread" and one.object_id in reader.muted:
        return False
    return not one.by or one.by != {reader.person_id}


def _placed(reader: Reader, one: Told) -> tuple[Told, str, str]:
    if reader.person_id in one.awaited:
        return one, "waiting", "asked"
    if reader.person_id in one.people:
        return one, one.section, "yours"
    if reader.organisation and reader.organisation in one.organisations:
        return one, one.section, "colleagues"
    return one, one.section, "plain"


def _titles_last(found: Collection[Entry]) -> list[Entry]:
    """In each section what is told in full stands above mere titles."""
    return sorted(found, key=lambda entry: (SECTIONS.index(entry[1]), not entry[3]))
