"""Calendars in mails (RFC 5545, 5546, 6047).

`read` tells what kind of mail one is in: a bounded line reader that never raises. `opened` reads all that
happens in one, with icalendar, which only `vevents` imports beside it. That library follows the definitions of zones
that a calendar brings, whatever they say, so it never sees them: they are taken out and read by `zones`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mailhub.letter import CalendarAnswer
from mailhub.reading import charsets, cleaning
from mailhub.reading.happenings import CalendarRead, Happening, Refused
from mailhub.reading.vevents import MAX_PEOPLE, Zones, happening, line, unquoted

MAX_OCTETS = 512 * 1024
MAX_LINES = 10_000
MAX_READ = 5_000  # lines that the library is given; it takes a fifth of a millisecond for each
MAX_PARTS = 1_000  # events and the like in one calendar
MAX_EVENTS = 200  # of one mail that are looked at
_FOLD = re.compile(r"\r?\n[ \t]|\r[ \t]")
_PARTSTAT = re.compile(r';\s*PARTSTAT\s*=\s*"?([A-Za-z-]{1,40})', re.I)
# What a calendar program answers with, or sends of its own accord; and what announces an event.
ANSWERS = frozenset({"REPLY", "COUNTER", "CANCEL", "DECLINECOUNTER", "REFRESH"})
ANNOUNCEMENTS = frozenset({"REQUEST", "PUBLISH", "ADD"})


def read(octets: bytes, charset: str = "", method: str = "") -> CalendarAnswer | None:
    """What a text/calendar part says; None where it is no calendar. `method` is the part's own
    parameter, which counts where the calendar names none."""
    text, _ = charsets.decode(octets[:MAX_OCTETS], charset or "utf-8")
    if "BEGIN:VCALENDAR" not in text.upper():
        return None
    uid = attendee = partstat = ""
    inside: list[str] = []
    for row in _FOLD.sub("", text).splitlines()[:MAX_LINES]:
        name, _, value = row.partition(":")
        name, _, _ = name.partition(";")
        name = name.strip().upper()
        if name == "BEGIN":
            inside.append(value.strip().upper())
        elif name == "END":
            if len(inside) == 2 and inside[-1] != "VTIMEZONE" and uid:
                break
            del inside[-1:]
        elif len(inside) == 1 and name == "METHOD":
            method = value
        elif len(inside) == 2 and inside[-1] != "VTIMEZONE":
            if name == "UID":
                uid = value
            elif name == "ATTENDEE" and not attendee:
                attendee = _address(row)
                said = _PARTSTAT.search(row)
                partstat = said[1] if said else ""
    return CalendarAnswer(
        method=cleaning.line(method, 40).upper(),
        uid=cleaning.line(uid, 998),
        attendee=cleaning.line(attendee, 998),
        partstat=partstat.upper(),
    )


def _address(row: str) -> str:
    """The address of `ATTENDEE;CN="Doe: Jane";PARTSTAT=ACCEPTED:mailto:jane@example.org`."""
    found = row.lower().rfind("mailto:")
    return row[found + 7 :].strip() if found >= 0 else row.rpartition(":")[2].strip()


def opened(octets: bytes, default_zone: str, charset: str = "") -> CalendarRead:
    """What a calendar says. `default_zone` is the IANA name for times that name none.

    Refused, with the name of the reason, where it is none, says too much, or repeats beyond measure. What
    is wrong with single events stands in `problems`.
    """
    if len(octets) > MAX_OCTETS:
        raise Refused("too-large")
    text, _ = charsets.decode(octets, charset or "utf-8")
    start = text.upper().find("BEGIN:VCALENDAR")
    if start < 0:
        start = text.upper().find("BEGIN:VEVENT")
        if start < 0:
            raise Refused("not-a-calendar")
        text = f"{text[:start]}BEGIN:VCALENDAR\n{text[start:].rstrip()}\nEND:VCALENDAR"
    rows = [
        row for row in _FOLD.sub("", text[start:].replace("\0", "")).splitlines() if row.strip()
    ]
    if len(rows) > MAX_LINES or sum(row[:6].upper() == "BEGIN:" for row in rows) > MAX_PARTS:
        raise Refused("too-large")
    rows, definitions = _without_zones(_fewer_people(rows))
    if len(rows) > MAX_READ:
        raise Refused("too-large")
    root = _parsed(rows)
    local = Zones(definitions, line(root.get("X-WR-TIMEZONE"), 100), default_zone)
    found: list[Happening] = []
    problems: list[str] = []
    method = line(root.get("METHOD"), 40).upper()
    for event in root.walk("VEVENT")[:MAX_EVENTS]:
        try:
            found.append(happening(event, local, named_by_uid=method in ANSWERS))
        except Refused as refused:
            problems.append(str(refused))
    if not found:
        raise Refused(problems[0] if problems else "no-event")
    return CalendarRead(method, tuple(found), tuple(problems))


def _parsed(rows: Sequence[str]) -> Any:
    """The library's tree of a calendar. Lines that it cannot take are left out, so that one slip costs no
    invitation."""
    from icalendar import Calendar  # a tenth of a second to import: only where a calendar comes
    from icalendar.error import GloballyUniqueTZIDGuessed

    # What it guesses of zones is not used.
    warnings.filterwarnings("ignore", category=GloballyUniqueTZIDGuessed)
    try:
        return Calendar.from_ical("\r\n".join(rows) + "\r\n")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        pass
    inside, sound = 0, []
    for row in rows:
        name = row.partition(":")[0].partition(";")[0].strip().upper()
        inside += (name == "BEGIN") - (name == "END")
        if ":" in row and re.fullmatch(r"[A-Z0-9-]{1,60}", name) and inside >= 0:
            sound.append(row)
        if inside == 0 and name == "END":
            break
    try:
        return Calendar.from_ical("\r\n".join(sound) + "\r\n" + "END:VCALENDAR\r\n" * (inside == 1))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        raise Refused("not-a-calendar") from None


def _fewer_people(rows: Iterable[str]) -> Iterator[str]:
    """A calendar's lines with MAX_PEOPLE of those who are invited."""
    left = MAX_PEOPLE
    for row in rows:
        left -= row[:8].upper() == "ATTENDEE"
        if left >= 0 or row[:8].upper() != "ATTENDEE":
            yield row


def _without_zones(rows: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """A calendar's lines but for definitions of zones, and those by their names."""
    kept: list[str] = []
    found: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for row in rows:
        upper = row.strip().upper()
        if upper == "BEGIN:VTIMEZONE":
            inside = []
        elif upper == "END:VTIMEZONE" and inside is not None:
            name = next((one.partition(":")[2] for one in inside if one[:4].upper() == "TZID"), "")
            found.setdefault(unquoted(name), inside)
            inside = None
        elif inside is None:
            kept.append(row)
        else:
            inside.append(row)
    return kept, found
