"""The little of an iCalendar part that tells what kind of mail it is in (RFC 5545, 5546, 6047).

A bounded line reader, not a calendar: METHOD, and UID, ATTENDEE and PARTSTAT of the first event. It
never raises and trusts nothing; what an event means is read elsewhere, with a real parser.
"""

from __future__ import annotations

import re

from mailhub.letter import CalendarAnswer
from mailhub.reading import charsets, cleaning

MAX_OCTETS = 512 * 1024
MAX_LINES = 10_000
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
