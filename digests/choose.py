"""What stands in one reader's digest, and in which order: pure.

The sections come in the order of `mailhub.news.SECTIONS`; in each, what concerns the reader stands first:
where they are asked something, where they take part, where people of their organisation do; then what was
answered most; then the newest. What is called off stands last of all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mailhub.news import SECTIONS

# Why it stands there, the weightiest first.
RANKS = ("asked", "own", "yours", "colleagues", "plain", "off")
ASKED, OWN, YOURS, COLLEAGUES, PLAIN, OFF = range(len(RANKS))
_PLACES = {section: place for place, section in enumerate(SECTIONS)}
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
    off: bool = False  # called off
    begun_by: int = 0
    only: frozenset[int] = frozenset()  # whom alone it is told to in these words
    but: frozenset[int] = frozenset()  # who is told it in others
    weight: tuple[int, float] = field(init=False)  # its order among its like

    def __post_init__(self) -> None:
        time = self.at.timestamp()
        # Events by when they are, anything else by how much was said to it, then the newest first.
        weight = (0, time) if self.section == "events" else (-self.count, -time)
        object.__setattr__(self, "weight", weight)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads."""

    person_id: int
    organisation: str = ""
    muted: frozenset[int] = frozenset()  # threads


Entry = tuple[int, str, str, bool]  # piece, section, why, whether it is told in full


def entries(reader: Reader, told: Iterable[Told]) -> list[Entry]:
    """The entries in the order of their numbers; none where nothing happened for this reader."""
    chosen = sorted(_placed(reader, one) for one in told if _concerns(reader, one))[:MOST]
    room = MOST_HTML - sum(placed[-1].short for placed in chosen)
    found: list[Entry] = []
    in_full = True
    for place, rank, *_, one in chosen:
        more = one.size - one.short
        full = more <= room
        room -= more if full else 0
        in_full = in_full and full
        found.append((one.piece_id, SECTIONS[place], RANKS[rank], full))
    return found if in_full else _titles_last(found)


def _concerns(reader: Reader, one: Told) -> bool:
    """Not what the reader did alone, or had when it came, nor discussions that they have muted."""
    person = reader.person_id
    if person in one.had or person in one.but or (one.only and person not in one.only):
        return False
    if one.kind == "thread" and one.object_id in reader.muted:
        return False
    return person not in one.by or len(one.by) > 1


# Its section's place, its rank, within that its weight and time, the piece; nothing is compared behind that.
_Placed = tuple[int, int, int, float, int, Told]


def _placed(reader: Reader, one: Told) -> _Placed:
    rank, section = PLAIN, one.section
    if one.off:
        rank = OFF
    elif reader.person_id in one.awaited:
        rank, section = ASKED, "waiting"
    elif reader.person_id == one.begun_by:
        rank = OWN
    elif reader.person_id in one.people:
        rank = YOURS
    elif reader.organisation and reader.organisation in one.organisations:
        rank = COLLEAGUES
    return _PLACES[section], rank, *one.weight, one.piece_id, one


def _titles_last(found: Collection[Entry]) -> list[Entry]:
    """In each section what is told in full stands above mere titles."""
    return sorted(found, key=lambda entry: (_PLACES[entry[1]], not entry[3]))
