"""Calendars of each program are read as they were meant; and ours are read by others as we mean them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.compose import ics
from mailhub.compose.vtimezones import vtimezone
from mailhub.reading import calendars, rule_times, rules, zones
from mailhub.reading.happenings import Refused
from tests.conversations.calendars import APPLE, GOOGLE, OUTLOOK
from tests.unit.dated import LONDON, dates, one


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
    found = list(islice(rule_times.occurrences(rules.read(plain), begin, last), 40))
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
