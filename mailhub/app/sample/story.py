"""The story as it is written down in templates/sample: places, people, and turns.

A turn is one mail: who writes what to whom, when, and what must become of it. Times count back in
working days from the day on which the story ends, so that it never lies in the future.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

LENGTH = timedelta(days=28)  # from the founding of the communities to the story's end
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A community of the story."""

    slug: str
    name: str
    description: str
    visibility: str
    joining: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody in the story; `roles` are theirs by community, `program` is what they write with."""

    key: str
    name: str
    address: str
    title: str
    organisation: str
    phone: str
    program: str
    logo: str = ""
    delivery: str = "each"
    steward: bool = False  # of the platform: decides on new communities
    roles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of papers/ and the name that it is sent under."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One mail. `to` are local parts; an answer goes where the answered mail wants it."""

    id: str
    workday: int
    time: str
    by: str
    words: str
    subject: str = ""
    to: tuple[str, ...] = ()
    answers: str = ""
    all: bool = False  # to everybody whom the answered mail went to, as well
    forgets: bool = False  # its program names no ids: the address alone says what it answers
    automatic: bool = False
    becomes: str = "posted"
    ahead: int = 0  # of a meeting: days from the story's end to it; {when} in its words is that day
    gets: str = ""  # the paper that it asks for; {number} in its words is the paper's
    papers: tuple[Paper, ...] = ()

    @property
    def slug(self) -> str:
        """The community that it goes to first, where it is no answer."""
        return self.to[0].partition("+")[0] if self.to else ""

    def when(self, ends: datetime) -> str:
        """The day of its meeting, as people write it."""
        day = ends + timedelta(days=self.ahead)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
        return f"{day:%A} {day.day} {day:%B %Y}"

    def at(self, ends: datetime) -> datetime:
        """When it was written, in a story that ends at this time."""
        day = ends
        for _ in range(self.workday):
            day -= timedelta(days=1)
            while day.weekday() >= _SATURDAY:
                day -= timedelta(days=1)
        hour, minute = map(int, self.time.split(":"))
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Story:
    """All of it; the turns in the order in which they were written."""

    folder: Path
    places: tuple[Place, ...]
    people: dict[str, Character]
    turns: tuple[Turn, ...]
    words: dict[str, dict[str, str]]

    def turn(self, turn_id: str) -> Turn:
        """The turn of this id."""
        return next(turn for turn in self.turns if turn.id == turn_id)

    def first(self, turn: Turn) -> Turn:
        """The turn that began the discussion which this one belongs to."""
        while turn.answers:
            turn = self.turn(turn.answers)
        return turn

    def posted_in(self, turn: Turn) -> tuple[str, ...]:
        """The communities where a turn becomes a post; an answer where its author got the mail from."""
        if turn.becomes != "posted":
            return ()
        if not turn.answers:
            return turn.to
        asked = self.posted_in(self.turn(turn.answers))
        own = tuple(slug for slug in asked if slug in self.people[turn.by].roles)
        return own if turn.all else own[:1]

    def message_id(self, turn: Turn) -> str:
        """Its Message-ID without brackets: the same whenever and wherever the story is played."""
        domain = self.people[turn.by].address.rpartition("@")[2]
        return f"{hashlib.sha256(turn.id.encode()).hexdigest()[:20]}@{domain}"

    def steward(self) -> Character:
        """Who looks after the platform."""
        return next(person for person in self.people.values() if person.steward)

    def facilitator(self, slug: str) -> Character:
        """Who decides on what is held in a community."""
        return next(one for one in self.members(slug) if one.roles[slug] == "facilitator")

    def members(self, slug: str) -> tuple[Character, ...]:
        """Who is in a community."""
        return tuple(person for person in self.people.values() if slug in person.roles)


def read(folder: Path) -> Story:
    """The story in this folder; KeyError, TypeError or OSError where it is not well written."""
    people = [Character(**person) for person in _toml(folder / "people.toml")["person"]]
    turns = [
        _turn(entry)
        for file in sorted((folder / "discussions").glob("*.toml"))
        for entry in _toml(file)["turn"]
    ]
    turns.sort(key=lambda turn: (-turn.workday, turn.time))
    return Story(
        folder,
        tuple(Place(**place) for place in _toml(folder / "communities.toml")["community"]),
        {person.key: person for person in people},
        tuple(turns),
        _toml(folder / "words.toml"),
    )


def _turn(entry: dict[str, Any]) -> Turn:
    papers = tuple(Paper(**paper) for paper in entry.pop("papers", ()))
    to = tuple(entry.pop("to", ()))
    return Turn(papers=papers, to=to, words=entry.pop("words").strip(), **entry)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
