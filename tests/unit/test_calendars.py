"""Calendars of every kind are read, or refused with a reason, soon; and ours are read by others as we
mean them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub import words
from mailhub.compose import ics
from mailhub.compose.vtimezones import vtimezone
from mailhub.reading import calendars, recurring, rules, zones
from mailhub.reading.happenings import Happening, Refused
from tests.conversations.calendars import APPLE, GOOGLE, OUTLOOK
from tests.corpora import corpora

SECONDS = 2.0
LONDON = "Europe/London"
REASONS = {"not-a-calendar", "no-event", "no-start", "too-old", "too-often", "too-long", "too-large", "bad-rule"}  # fmt: skip


def calendar(*lines: str, method: str = "REQUEST") -> bytes:
    """A calendar of one event with these lines."""
    event = ("BEGIN:VEVENT", "UID:one", "SUMMARY:Meeting", *lines, "END:VEVENT")
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", *event, "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


def one(*lines: str, method: str = "REQUEST") -> Happening:
    """The event of such a calendar."""
    return calendars.opened(calendar(*lines, method=method), LONDON).happenings[0]


def dates(event: Happening, days: int = 3000) -> list[datetime]:
    """When it takes place."""
    until = event.starts_at + timedelta(days=days)
    return recurring.starts(
        event.rule,
        event.starts_at,
        event.zone,
        event.starts_at,
        until,
        added=event.added,
        without=event.without,
    )


def refused(octets: bytes) -> str:
    """Why a calendar, or how it repeats, is refused; "" where it is read, with all its dates."""
    try:
        for event in calendars.opened(octets, LONDON).happenings:
            assert event.starts_at <= event.ends_at
            assert len(dates(event)) <= recurring.MOST
    except Refused as why:
        return str(why)
    return ""


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


@pytest.mark.parametrize("text", [OUTLOOK, GOOGLE, APPLE], ids=["outlook", "google", "apple"])
def test_each_programs_invitation(text: str) -> None:
    found = calendars.opened(text.encode(), "America/New_York")
    event = found.happenings[0]
    assert found.method == "REQUEST"
    assert event.title == "Indicators workshop"
    assert event.starts_at == datetime(2099, 6, 4, 13, tzinfo=UTC)
    assert event.ends_at - event.starts_at == timedelta(hours=2)
    assert event.organiser
    assert event.organiser.address == "jane@leeds.example"
    assert "policy+events@lists.example.org" in {one.address for one in event.attendees}
    assert "<b>" not in event.text


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("GMT Standard Time", "Europe/London"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20070129_1/America/New_York", "America/New_York"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome", "Europe/Amsterdam"),
        ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("UTC", "UTC"),
        ("Nowhere", ""),
        ("../../etc/passwd", ""),
        ("x" * 10_000, ""),
    ],
)
def test_names_of_zones(tzid: str, zone: str) -> None:
    assert zones.named(tzid) == zone


def test_a_zone_of_the_calendars_own_is_told_by_its_clocks() -> None:
    own = OUTLOOK.replace("GMT Standard Time", "Customized Time Zone")
    event = calendars.opened(own.encode(), "America/New_York").happenings[0]
    assert event.zone == "Europe/London"


def test_a_meeting_at_ten_stays_at_ten_when_the_clocks_change() -> None:
    event = one("DTSTART;TZID=Europe/London:20261019T100000", "RRULE:FREQ=WEEKLY;COUNT=4")
    local = [at.astimezone(ZoneInfo(LONDON)).hour for at in dates(event)]
    assert local == [10, 10, 10, 10]
    assert [at.hour for at in dates(event)] == [9, 10, 10, 10]


def test_left_out_added_and_until() -> None:
    event = one(
        "DTSTART;TZID=Europe/London:20261001T100000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261022T090000Z",
        "EXDATE;TZID=Europe/London:20261008T100000",
        "RDATE;TZID=Europe/London:20261109T100000",
    )
    assert [at.strftime("%m%d") for at in dates(event)] == ["1001", "1015", "1022", "1109"]


def test_all_day_is_from_midnight_to_midnight() -> None:
    event = one("DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260603")
    assert event.all_day
    assert event.starts_at == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert event.ends_at - event.starts_at == timedelta(days=2)


def test_an_answer_need_not_say_when() -> None:
    event = one(
        "RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20140725T110000",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:foo@example.org",
        method="REPLY",
    )
    assert event.of == datetime(2014, 7, 25, 4, tzinfo=UTC)
    with pytest.raises(Refused, match="no-start"):
        one("SUMMARY:none")


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


_SOME = {
    "BYMONTH": st.integers(1, 12),
    "BYMONTHDAY": st.one_of(st.integers(1, 31), st.integers(-31, -1)),
    "BYYEARDAY": st.one_of(st.integers(1, 366), st.integers(-366, -1)),
    "BYWEEKNO": st.one_of(st.integers(1, 53), st.integers(-53, -1)),
    "BYHOUR": st.integers(0, 23),
    "BYMINUTE": st.sampled_from([0, 15, 45]),
    "BYSETPOS": st.one_of(st.integers(1, 5), st.integers(-5, -1)),
}


@st.composite
def _rules(draw: st.DrawFn) -> str:
    """A rule of any frequency and parts."""
    freq = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    said = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    for name in draw(st.lists(st.sampled_from(sorted(_SOME)), max_size=3, unique=True)):
        if (name == "BYWEEKNO" and freq != "YEARLY") or (name == "BYHOUR" and freq == "HOURLY"):
            continue
        if name == "BYSETPOS" and freq == "WEEKLY":  # the oracle begins in the middle of a week
            continue
        values = draw(st.lists(_SOME[name], min_size=1, max_size=3, unique=True))
        said.append(f"{name}={','.join(map(str, values))}")
    days = draw(st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=2, unique=True))  # fmt: skip
    # Where some weekdays have a number and some have none, the oracle gives nothing.
    numbered = freq in ("YEARLY", "MONTHLY") and draw(st.booleans())
    numbers = ["1", "2", "-1", "5"] if numbered else [""]
    if days and not (freq == "YEARLY" and any("BYWEEKNO" in one for one in said)):
        said.append("BYDAY=" + ",".join(draw(st.sampled_from(numbers)) + day for day in days))
    said.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if draw(st.booleans()):
        said.append(f"COUNT={draw(st.integers(1, 30))}")
    return ";".join(said)


@settings(max_examples=200, deadline=None)
@given(_rules(), st.datetimes(datetime(2020, 1, 1), datetime(2024, 12, 31)))
def test_rules_give_what_dateutil_says(rule: str, begin: datetime) -> None:
    begin = begin.replace(second=0, microsecond=0)
    last = begin + timedelta(days=900)
    plain = rules.checked(rule)
    found = list(islice(rules.occurrences(rules.read(plain), begin, last), 40))
    # No more is asked of it than there is: behind the last it would look until the year 9999.
    assert found == list(islice(rrulestr(plain, dtstart=begin), len(found))), plain


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_what_we_write_is_read_as_it_was_meant(text: str) -> None:
    lines = ics.line("SUMMARY", ics.text(text))
    assert all(len(line.encode()) <= 75 for line in lines.split("\r\n"))
    assert lines.count("\r\n") == lines.count("\n")
    whole = "BEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\n"
    back = str(icalendar.Event.from_ical(whole)["SUMMARY"])
    plain = "".join(c for c in text if c >= " " or c in "\n\r\x0b\x0c\x1c\x1d\x1e")
    assert "".join(back.split()) == "".join(plain.replace("\x7f", "").split())


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin"])  # fmt: skip
def test_our_definitions_of_zones_say_what_the_zones_do(zone: str) -> None:
    made: Any = icalendar.Timezone.from_ical(vtimezone(zone, 2026)).to_tz(lookup_tzid=False)
    own = ZoneInfo(zone)
    at = datetime(2026, 1, 1, 12)
    while at.year < 2028:
        assert at.replace(tzinfo=made).utcoffset() == at.replace(tzinfo=own).utcoffset(), at
        at += timedelta(days=5)
