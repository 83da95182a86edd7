"""Calendars as people's programs write them, and what they do with ours."""

from __future__ import annotations

import re
from email.message import EmailMessage

from tests.conversations.people import Person

D = "lists.example.org"
EVENTS = f"policy+events@{D}"

OUTLOOK = """BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Jane Doe:mailto:jane@leeds.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=policy+eve
 nts@lists.example.org:mailto:policy+events@lists.example.org
DESCRIPTION;LANGUAGE=en-GB:We go through the draft.\\nBring your figures.\\n
UID:040000008200E00074C5B7101A82E00800000000A0B0C0D0
SUMMARY;LANGUAGE=en-GB:Indicators workshop
DTSTART;TZID=GMT Standard Time:20990604T140000
DTEND;TZID=GMT Standard Time:20990604T160000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261122T090000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
LOCATION;LANGUAGE=en-GB:Town Hall, Leeds
X-MICROSOFT-CDO-APPT-SEQUENCE:0
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
"""

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VEVENT
DTSTART:20990604T130000Z
DTEND:20990604T150000Z
DTSTAMP:20261122T090000Z
ORGANIZER;CN=Jane Doe:mailto:jane@leeds.example
UID:5a6b7c8d9e@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE
 ;CN=Jane Doe;X-NUM-GUESTS=0:mailto:jane@leeds.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN=policy+events@lists.example.org;X-NUM-GUESTS=0:mailto:policy+event
 s@lists.example.org
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij
CREATED:20261122T090000Z
DESCRIPTION:<b>Agenda</b>\\, then questions
LAST-MODIFIED:20261122T090000Z
LOCATION:
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Indicators workshop
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""

APPLE = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REQUEST
PRODID:-//Apple Inc.//macOS 14.5//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN="Jane Doe";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:jane@leeds.example
ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:policy+events@lists.example.org
CREATED:20261122T090000Z
DTEND;TZID=Europe/London:20990604T160000
DTSTAMP:20261122T090000Z
DTSTART;TZID=Europe/London:20990604T140000
LAST-MODIFIED:20261122T090000Z
LOCATION:Town Hall\\, Leeds
ORGANIZER;CN="Jane Doe":mailto:jane@leeds.example
SEQUENCE:0
SUMMARY:Indicators workshop
UID:8D1F2C3B-0A1B-4C2D-9E3F-123456789ABC
X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC
END:VEVENT
END:VCALENDAR
"""


def invites(person: Person, calendar: str, method: str = "REQUEST", to: str = EVENTS) -> str:
    """Mail a calendar beside a few words, as calendar programs do."""
    subject = "Indicators workshop" if method == "REQUEST" else f"{method.title()}: workshop"
    return person.writes(
        to,
        subject,
        "We go through the draft.",
        calendar=calendar.replace("\n", "\r\n"),
        method=method,
    )


def later(calendar: str, sequence: int, **lines: str) -> str:
    """The same event as its owner changes it: a SEQUENCE, and lines with other values by their names."""
    calendar = calendar.replace("DTSTAMP:20261122T090000Z", f"DTSTAMP:20261123T{sequence:02}0000Z")
    calendar = re.sub(r"\nSEQUENCE:\d+", f"\nSEQUENCE:{sequence}", calendar)
    for name, value in lines.items():
        calendar = re.sub(rf"(\n{name}[^:\n]*):[^\n]*(?:\n [^\n]*)*", rf"\1:{value}", calendar)
    return calendar


def called_off(calendar: str, sequence: int) -> str:
    """Its cancellation."""
    return later(calendar, sequence, METHOD="CANCEL", STATUS="CANCELLED")


def calendar_of(mail: EmailMessage) -> str:
    """The calendar that a mail brings, its lines unfolded."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n", "\n").replace("\n ", "")


def shows_buttons(mail: EmailMessage) -> None:
    """Whether the programs of most people show an invitation as one: the calendar is the last alternative, with
    the method in its type, and the very same is a file."""
    said, file = mail.iter_parts()
    types = [part.get_content_type() for part in said.iter_parts()]
    assert types == ["text/plain", "text/html", "text/calendar"]
    shown = list(said.iter_parts())[-1]
    assert shown.get_param("method") == re.findall(r"^METHOD:(.*)$", calendar_of(mail), re.M)[0]
    assert shown.get_param("charset") == "utf-8"
    assert (file.get_filename(), file.get_content_disposition()) == ("invite.ics", "attachment")
    assert file.get_payload(decode=True) == shown.get_payload(decode=True)


def value(calendar: str, name: str) -> str:
    """The value of the first line of an event that has this name."""
    event = calendar[calendar.index("BEGIN:VEVENT") :]
    found = re.search(rf"^{name}(?:;[^:\n]*(?:\"[^\"]*\"[^:\n]*)*)?:(.*)$", event, re.M)
    assert found, f"no {name} in\n{calendar}"
    return found[1]


def answers(
    person: Person,
    invitation: EmailMessage,
    partstat: str,
    *,
    program: str = "outlook",
    attendee: str = "",
    organizer: bool = True,
    stamp: str = "20261123T100000Z",
) -> str:
    """Press a button in a calendar program: an iMIP REPLY as Outlook, Google or Apple writes it."""
    calendar = calendar_of(invitation)
    to = value(calendar, "ORGANIZER").removeprefix("mailto:")
    start = re.search(r"^DTSTART.*$", calendar[calendar.index("BEGIN:VEVENT") :], re.M)
    lines = [
        "BEGIN:VCALENDAR",
        "METHOD:REPLY",
        f"PRODID:{program}",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        f"UID:{value(calendar, 'UID')}",
        f"SEQUENCE:{value(calendar, 'SEQUENCE')}",
        f"DTSTAMP:{stamp}",
        start[0] if start else "",
        f"ATTENDEE;PARTSTAT={partstat};CN={person.name}:mailto:{attendee or person.address}",
        *([f"ORGANIZER:mailto:{to}"] if organizer else []),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    said = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Tentative"}[partstat]
    more = {"Auto_Submitted": "auto-replied"} if program == "apple" else {}
    return person.writes(
        to,
        f"{said}: workshop",
        "" if program == "outlook" else f"{person.name} has answered.",
        calendar="\r\n".join(lines),
        method="REPLY",
        **more,
    )
