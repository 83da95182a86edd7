"""Calendars that strangers made to hurt, or that nobody would write: refused with a reason, or read, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub import words
from mailhub.reading import calendars
from mailhub.reading.happenings import Refused
from tests.conversations.calendars import OUTLOOK
from tests.corpora import corpora
from tests.unit.dated import LONDON, calendar, refused

SECONDS = 2.0
REASONS = {"not-a-calendar", "no-event", "no-start", "too-old", "too-often", "too-long", "too-large", "bad-rule"}  # fmt: skip


def test_every_calendar_of_the_world_is_read_or_refused_with_a_reason_in_time() -> None:
    read = 0
    for path in sorted(corpora("calendars").rglob("*.ics")):
        begun = time.process_time()
        reason = refused(path.read_bytes())
        assert reason in {"", *REASONS}, path.name
        assert time.process_time() - begun < SECONDS, path.name
        read += not reason
    assert read > 80


def test_every_reason_has_words() -> None:
    assert set(words.table("events")) >= REASONS


HOSTILE = {
    "every second": ("DTSTART:20260101T100000Z", "RRULE:FREQ=SECONDLY"),
    "every minute": ("DTSTART:20260101T100000Z", "RRULE:FREQ=MINUTELY;COUNT=99999"),
    "year 1": ("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"),
    "year 9999": ("DTSTART:99991231T235959Z",),
    "a 30 February, five times": (
        "DTSTART:19700101T100000Z",
        "RRULE:FREQ=DAILY;COUNT=5;BYMONTH=2;BYMONTHDAY=30",
    ),
    "a 30 February, yearly": ("DTSTART:19700101T100000Z", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "hourly since 1970": ("DTSTART:19700101T100000Z", "RRULE:FREQ=HOURLY"),
    "all minutes": (
        "DTSTART:20200101T100000Z",
        "RRULE:FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(60))),
    ),
    "all of everything": (
        "DTSTART:20200101T100000Z",
        "RRULE:FREQ=YEARLY;BYMONTHDAY=" + ",".join(map(str, range(1, 32))) + ";BYHOUR="
        + ",".join(map(str, range(24))) + ";BYMINUTE=0,15,30,45;BYSETPOS=-1,1,366",
    ),
    "interval of a century": ("DTSTART:20200101T100000Z", "RRULE:FREQ=YEARLY;INTERVAL=99999"),
    "a hundred thousand": ("DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY;COUNT=100000"),
    "no rule": ("DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY;UNTIL=never"),
    "week 54": ("DTSTART:20200101T100000Z", "RRULE:FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO"),
    "dates without end": (
        "DTSTART:20200101T100000Z",
        *("RDATE:" + ",".join(f"2020{1 + n % 12:02}{1 + n % 28:02}T{n % 24:02}0000Z" for n in range(400)) for _ in range(20)),
    ),
    "people without end": (
        "DTSTART:20200101T100000Z",
        *(f"ATTENDEE:mailto:p{n}@example.org" for n in range(8_000)),
    ),
    "a long line": ("DTSTART:20200101T100000Z", "DESCRIPTION:" + "x" * 400_000),
    "quotes": ("DTSTART:20200101T100000Z", 'ATTENDEE;CN="' + '"a;' * 50_000 + ":mailto:x@y"),
    "a duration of ages": ("DTSTART:20200101T100000Z", "DURATION:P99999999999D"),
}  # fmt: skip


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE)
def test_what_never_ends_elsewhere_ends_here(lines: tuple[str, ...]) -> None:
    begun = time.process_time()
    assert refused(calendar(*lines)) in {"", *REASONS}
    assert time.process_time() - begun < SECONDS


def test_a_zone_with_a_rule_for_every_second_is_not_followed() -> None:
    hostile = OUTLOOK.replace("GMT Standard Time", "Made Up Time").replace(
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=SECONDLY"
    )
    begun = time.process_time()
    event = calendars.opened(hostile.encode(), LONDON).happenings[0]
    assert time.process_time() - begun < SECONDS
    assert event.zone == LONDON  # the hub's own, since nobody can tell


def test_too_much_is_refused() -> None:
    many = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 2_000 + b"END:VCALENDAR\r\n"
    for octets in (many, b"BEGIN:VCALENDAR\r\n" + b"x" * 600_000):
        with pytest.raises(Refused, match="too-large"):
            calendars.opened(octets, LONDON)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_octets_make_it_fail(octets: bytes) -> None:
    assert refused(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + octets) in {"", *REASONS}


_LINE = st.sampled_from(
    [
        "DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "ATTENDEE", "ORGANIZER", "SUMMARY", "DURATION",
        "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "DESCRIPTION", "BEGIN", "END", "STATUS", "UID",
    ]
)  # fmt: skip
_VALUE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "20260101T100000Z", "20260101", "FREQ=DAILY", "FREQ=YEARLY;BYDAY=20MO", "PT1H", "VEVENT",
            "19700101T000000", "99991231T235959Z", "mailto:x@y", "-1", "P1W", "20260101T100000Z/PT1H",
        ]
    ),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            _LINE,
            st.sampled_from(["", ";TZID=Europe/London", ";VALUE=DATE", ";VALUE=PERIOD", ";X"]),
            _VALUE,
        ),
        max_size=8,
    )
)
def test_no_event_makes_it_fail(lines: list[tuple[str, str, str]]) -> None:
    written = (f"{name}{how}:{value}" for name, how, value in lines)
    assert refused(calendar(*written)) in {"", *REASONS}
