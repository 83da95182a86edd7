"""News: what a tool tells of what happened in some communities, for digests, and the door by which it does.

A tool's `digest` function answers for many communities at once, with one query each for what it needs. It
tells what came after `since` and no later than `until`, or, of an event, what lies ahead then; it asks
nobody who reads: whom a thing concerns stands in the News itself, and digests choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from mailhub.addresses import Token
from mailhub.site import Site
from mailhub.words import said

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# The sections of a digest in their order; what waits for the reader is taken out of the others.
SECTIONS = (
    "waiting",
    "hotseats",
    "events",
    "discussions",
    "library",
    "wiki",
    "blogs",
    "headlines",
)

_GREETING, _CLOSING = 4, 3  # words at the most


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked about: these communities, after `since` and up to `until`."""

    communities: frozenset[int]
    since: datetime
    until: datetime

    @property
    def bounds(self) -> dict[str, Any]:
        """It as the parameters of a query: `communities`, `since`, `until`."""
        return {
            "communities": sorted(self.communities),
            "since": self.since,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new in a community. `kind` and `object_id` name it, as in ("thread", 12).

    `answer` is the token of the address in that community where what people say to it goes; None for the
    list itself. `facts` are what templates/words/, [digest.kinds], says of its kind.
    """

    section: str
    kind: str
    object_id: int
    community_id: int
    at: datetime  # when it came; of an event, when it begins
    title: str
    url: str
    text: str = ""  # its first words, plain; they may be shortened further
    author: str = ""
    organisation: str = ""
    is_new: bool = True  # or went on
    count: int = 0  # answers in the window
    answer: Token | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: frozenset[int] = frozenset()  # who did what is new; it is no news to them alone
    people: frozenset[int] = frozenset()  # who takes part in it
    organisations: frozenset[str] = frozenset()  # theirs
    awaited: frozenset[int] = frozenset()  # whose answer it waits for
    had: frozenset[int] = frozenset()  # who was mailed it when it came
    off: bool = False  # it was to be, and will not
    begun_by: int = 0  # who began it, where it is new
    # Where it is not told to everybody in the same words: the post that these are of, whom alone they are told
    # to, and who is told others.
    voice: int = 0
    only: frozenset[int] = frozenset()
    but: frozenset[int] = frozenset()
    posts: tuple[int, ...] = ()  # the posts that are new, for those who want them as mails


def unsigned(text: str, author: str) -> str:
    """Words without a greeting above them, and without what stands below their author's name, where that is a
    line of its own: a signature that nothing marks as one. A name alone is left as it is."""
    lines = text.strip().splitlines()
    words = author.casefold().split()
    for number, line in enumerate(lines):
        name = line.casefold().replace(",", " ").rstrip(" .").split()
        is_last = not any(one.strip() for one in lines[number + 1 :])
        if words and (name == words or (is_last and name == words[:1])):
            above = _unclosed(lines[:number])
            if above:
                lines = above
            break
    rest = "\n".join(lines[1:]).strip()
    greeting = lines[0].casefold().rstrip(" ,").split() if lines else []
    greets = len(greeting) <= _GREETING and greeting[:1] and greeting[0] in _greetings()
    return rest if greets and rest else "\n".join(lines).rstrip()


@cache
def _greetings() -> frozenset[str]:
    return frozenset(said("greetings")["begin"])


def _unclosed(lines: list[str]) -> list[str]:
    """Without "Best wishes" at the end."""
    left = "\n".join(lines).rstrip().splitlines()
    if (
        len(left) > 1
        and len(left[-1].split()) <= _CLOSING
        and not left[-1].rstrip().endswith((".", "?", "!"))
    ):
        left.pop()
    return "\n".join(left).rstrip().splitlines()


@dataclass(frozen=True, slots=True)
class Said:
    """One post of a discussion."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All of one thing, for whoever asks for more: its text, or its posts; and files as (name, media type,
    bytes)."""

    title: str
    text: str
    files: tuple[tuple[str, str, bytes], ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """How a tool is asked by digests: what is new, and one thing as a whole. `whole` gets the session, the
    blobs, the reader and the object's number; None where they may not read it or it is gone."""

    kind: str
    digest: Callable[[Session, Site, Window], list[News]]
    whole: Callable[[Session, Any, int, int], Whole | None]
