"""A tool of a community, as the rest of the hub sees it: one folder with a few doors.

A tool fills in the doors that it has a use for and stands as one line in `mailhub/app/tools.py`; tools
never import each other. What a door says comes back as `Told`, its changes are in the session that it was
given: one transaction with the mail that asked for them. The search is no door: a tool puts its words into
it (`mailhub.search`) as it files. What was held is released by the way it came: the mail is processed again
at the same address, and `letter` gets it once the rules let it through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.letter import Letter
from mailhub.models import Request
from mailhub.news import Door
from mailhub.notes import Desk
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Came:
    """A mail that came to a tool. `asked` has who wrote it, where, and whether it is proven; `prepared`
    is what the tool's `prepare` made of it before the transaction."""

    asked: Asked
    desk: Desk
    prepared: Any = None
    author_from: str = ""  # how it would go on, as `models.Outgoing` has it
    results: str = ""


@dataclass(frozen=True, slots=True)
class ToolTimer:
    """What a tool does again and again, as `mailhub.beat.Timer` has it; `run` gets the hub's
    `process.Tools`, the time of its last run, and now."""

    name: str
    run: Callable[[Any, datetime | None, datetime], None]
    seconds: int


@dataclass(frozen=True, slots=True)
class Tool:
    """The doors of one tool; each but its name may be left out."""

    name: str
    verb: str = ""  # of its address: "events" in policy+events@D
    purpose: Purpose | None = None  # of its tokened addresses
    # Outside of any transaction, for a mail to its addresses: what takes long and needs no database.
    prepare: Callable[[Letter, datetime, Site], Any] | None = None
    # A mail to its address is a post, and begins a thread of this tool's own (`models.Thread.tool`).
    posts: bool = False
    # Whether a mail to its address, or one that answers such a post, is words for it (`commands`) and no post.
    asks: Callable[[Letter], bool] | None = None
    # Which people asked for a post of one of its threads; it is mailed to them alone.
    takers: Callable[[Session, int], Iterable[int]] | None = None
    # What is said to who wrote a post that began a thread of its own: the mail, and the post.
    posted: Callable[[Came, int], Told] | None = None
    # A mail to its address that the community's rules let through.
    letter: Callable[[Came], Told] | None = None
    # A mail to one of its tokened addresses, or that answers a mail with one.
    answer: Callable[[Came, Token], Told] | None = None
    # What a calendar program sends of its own accord, at any address of a community; None: not its own.
    calendar: Callable[[Came, Token | None], Told | None] | None = None
    # A mail with words to `+settings`, or as `asks` says; None where they are not its own.
    commands: Callable[[Asked], Told | None] | None = None
    # A yes to a question of its own, by the kind of the request.
    confirmed: Mapping[str, Callable[[Asked, Desk, Request], Told]] = field(default_factory=dict)
    # What is new, for digests (`mailhub.news`); what is said to it there comes as a mail to its address.
    news: tuple[Door, ...] = ()
    timers: tuple[ToolTimer, ...] = ()
    # What is held on people (a person and those who turned out to be the same): rows by their heading (templates/words, [held]).
    my_data: Callable[[Session, Sequence[int]], dict[str, list[dict[str, Any]]]] | None = None
    # What was theirs goes, in the transaction in which they are forgotten.
    forget: Callable[[Session, Sequence[int]], None] | None = None
    # Two people turned out to be one: what was the first one's goes to the second.
    merged: Callable[[Session, int, int], None] | None = None
