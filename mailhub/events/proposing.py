"""What a letter to `+events` says: an invitation that is attached or forwarded, or plain lines.

`propose` reads it outside of any transaction. Nothing here knows the database; what a proposal becomes is
decided in `filing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailhub import reading
from mailhub.events.occurring import AHEAD
from mailhub.events.plain_lines import read_lines
from mailhub.letter import Attachment, Letter
from mailhub.reading import calendars, recurring
from mailhub.reading.happenings import CalendarRead, Happening, Refused
from mailhub.site import Site

_TYPES = ("text/calendar", "application/ics", "text/x-vcalendar")
MAX_FORWARDED = 5  # mails in mails that are looked into
MAX_CALENDARS = 5


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a letter says of one event: `main`, and its occurrences that differ. `method` is that of the
    calendar, "LINES" for plain lines; `places` for how many it is, where that is said. With a `problem`
    (a name in templates/words/events.toml) there is nothing else."""

    method: str = ""
    main: Happening | None = None
    changed: tuple[Happening, ...] = ()
    places: int | None = None
    problem: str = ""


def propose(letter: Letter, now: datetime, site: Site) -> Proposed:
    """What a letter proposes; it never raises."""
    problem = ""
    for octets in _calendars(letter):
        try:
            proposed = _of_calendar(calendars.opened(octets, site.zone), letter)
            follow(proposed, now)
            return proposed
        except Refused as refused:
            problem = problem or str(refused)
    written = letter.date or now
    lines = read_lines(letter.new_text, letter.subject, written, site.zone)
    if lines is not None:
        return Proposed("LINES", lines.happening, places=lines.places, problem=lines.problem)
    return Proposed(problem=problem or "no-event")


def _of_calendar(found: CalendarRead, letter: Letter) -> Proposed:
    """The first event of a calendar, with those that share its UID."""
    first = found.happenings[0]
    same = [one for one in found.happenings if one.uid == first.uid]
    main = next((one for one in same if one.of is None), same[0])
    changed = tuple(one for one in same if one.of is not None and one is not main)
    if not main.title:
        main = replace(main, title=letter.subject)
    lines = read_lines(letter.new_text, letter.subject, main.starts_at, main.zone)
    return Proposed(found.method or "PUBLISH", main, changed, lines.places if lines else None)


def follow(proposed: Proposed, now: datetime) -> None:
    """Refused where its rule cannot be followed as far as it will have to be."""
    main = proposed.main
    if main is not None and main.rule:
        until = max(now, main.starts_at) + AHEAD
        recurring.starts(main.rule, main.starts_at, main.zone, now, until)


def _calendars(letter: Letter) -> list[bytes]:
    """The calendars of a letter, its own before those of mails that are attached to it."""
    found: list[bytes] = []
    waiting, depth = [letter], 0
    while waiting and depth < MAX_FORWARDED and len(found) < MAX_CALENDARS:
        one = waiting.pop(0)
        found += [file.content for file in one.attachments if _is_calendar(file)]
        waiting += [
            reading.read(file.content)
            for file in one.attachments[:MAX_FORWARDED]
            if file.media_type in ("message/rfc822", "message/global")
        ]
        depth += 1
    return found[:MAX_CALENDARS]


def _is_calendar(file: Attachment) -> bool:
    return file.media_type in _TYPES or file.filename.lower().endswith((".ics", ".ical", ".vcs"))
