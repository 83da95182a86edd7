"""Events by mail: announced from a calendar's invitation and from plain lines, answered in words and by
calendars, changed, called off, full, remembered."""

from __future__ import annotations

from email.message import EmailMessage

from tests.conversations.people import Person, RunningHub

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
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=policy+events@lists.example.org:mailto:policy+events@lists.example.org
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
END:VEVENT
END:VCALENDAR
"""


def invites(person: Person, calendar: str, method: str = "REQUEST", to: str = EVENTS) -> str:
    """Mail an invitation as Outlook does."""
    return person.writes(
        to,
        "Indicators workshop",
        "We go through the draft.",
        calendar=calendar.replace("\n", "\r\n"),
        method=method,
    )


def calendar_of(mail: EmailMessage) -> str:
    """The calendar that a mail brings, its lines unfolded."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n", "\n").replace("\n ", "")


def test_an_invitation_is_announced_and_yes_is_counted(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    mail = tom.receives("Invitation: Indicators workshop (Thu 4 Jun 2099, 14:00)")
    words = mail.get_body(("plain",)).get_content()
    assert "When: Thursday 4 June 2099, 14:00 to 16:00 (Europe/London)" in words
    assert "Where: Town Hall, Leeds" in words
    assert "Bring your figures." in words
    text = calendar_of(mail)
    assert text.count("ATTENDEE") == 1
    assert "mailto:tom@cardiff.example" in text
    jane.receives("Announced: Indicators workshop")
    tom.replies(mail, "yes")
    receipt = tom.receives("you are coming: Indicators workshop").get_content()
    assert "You are coming." in receipt
