"""What a calendar says, as plain data: a Happening is one VEVENT, with its times understood.

Times are aware, in UTC; `zone` is the IANA name in which a series repeats, "" for UTC. All-day ones run
from midnight to midnight in their zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class Refused(Exception):
    """A calendar that is not taken; the text is the name of a reason (templates/words/events.toml)."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody of an ATTENDEE or ORGANIZER; `answer` is a PARTSTAT in capitals, "" where none is given."""

    address: str
    name: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event, or the changed occurrence `of` a series."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    zone: str = ""
    place: str = ""
    text: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    cancelled: bool = False
    rule: str = ""  # an RRULE, as it can be repeated
    added: tuple[datetime, ...] = ()
    without: tuple[datetime, ...] = ()
    of: datetime | None = None
    organiser: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """A calendar: its method in capitals ("" where it has none) and what happens in it."""

    method: str
    happenings: tuple[Happening, ...]
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an event takes place; `of` is the start that its series gives it."""

    of: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
