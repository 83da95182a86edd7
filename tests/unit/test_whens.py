"""When something takes place, as people write it."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.events.plain_lines import read_lines
from mailhub.words.whens import when

SUNDAY = date(2026, 11, 22)
SAID = {
    "next Tuesday 2pm to 4pm": "2026-11-24 14:00 16:00",
    "Tuesday 2-4pm": "2026-11-24 14:00 16:00",
    "Tuesday 11-1pm": "2026-11-24 11:00 13:00",
    "Tuesday 11 to 1": "2026-11-24 11:00 13:00",
    "Fri 10:30 for 90 minutes": "2026-11-27 10:30 12:00",
    "Friday at 2": "2026-11-27 14:00 15:00",
    "tomorrow at 9": "2026-11-23 09:00 10:00",
    "3 Dec 10.00–12.30": "2026-12-03 10:00 12:30",
    "Thursday 3 December at noon for two hours": "2026-12-03 12:00 14:00",
    "Thursday 3rd December 2026, 10am - 12 noon": "2026-12-03 10:00 12:00",
    "4 December, 1-2.30pm": "2026-12-04 13:00 14:30",
    "4 December 2026 from 1.30 pm to 3 p.m.": "2026-12-04 13:30 15:00",
    "26/11/2026 from 9.30am to 4pm": "2026-11-26 09:30 16:00",
    "2026-12-01 14:00": "2026-12-01 14:00 15:00",
    "Monday 7 December 11am until 12.30pm (UK time)": "2026-12-07 11:00 12:30",
    "Wed 9 Dec, 9am for an hour and a half": "2026-12-09 09:00 10:30",
    "December 10, 6pm": "2026-12-10 18:00 19:00",
    "14:00-16:00 on 1 December": "2026-12-01 14:00 16:00",
}


@pytest.mark.parametrize("said", SAID)
def test_times(said: str) -> None:
    found = when(said, SUNDAY)
    assert found, said
    assert f"{found.starts:%Y-%m-%d %H:%M} {found.ends:%H:%M}" == SAID[said]
    assert not found.all_day


@pytest.mark.parametrize(
    ("said", "first", "days"),
    [
        ("next Thursday", "2026-11-26", 1),
        ("12-13 January, all day", "2027-01-12", 2),
        ("5 December, all day", "2026-12-05", 1),
        ("10 December to 12 December", "2026-12-10", 3),
    ],
)
def test_whole_days(said: str, first: str, days: int) -> None:
    found = when(said, SUNDAY)
    assert found, said
    assert found.all_day
    assert f"{found.starts:%Y-%m-%d}" == first
    assert (found.ends - found.starts).days == days


def test_over_several_days() -> None:
    found = when("from 10 December 9am to 11 December 5pm", SUNDAY)
    assert found
    assert found.starts == datetime(2026, 12, 10, 9)
    assert found.ends == datetime(2026, 12, 11, 17)


def test_a_zone_that_is_named() -> None:
    found = when("Tuesday 2pm CET", SUNDAY)
    assert found
    assert found.zone == "Europe/Paris"


@pytest.mark.parametrize(
    "said", ["", "soon", "2pm", "some time in the afternoon", "the usual", "1 2 3 4", "99/99/9999"]
)
def test_what_says_no_day_is_no_time(said: str) -> None:
    assert when(said, SUNDAY) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_nothing_makes_it_fail(text: str) -> None:
    found = when(text, SUNDAY)
    assert found is None or found.starts < found.ends


@pytest.mark.parametrize("piece", ["1", "1-", "at ", "1:00 to ", "for 1 ", "10 Dec ", "noon "])
def test_no_line_takes_long(piece: str) -> None:
    begun = time.process_time()
    when(piece * 10_000, SUNDAY)
    assert time.process_time() - begun < 0.5


def test_lines_under_labels_and_the_words_beside_them() -> None:
    text = "Dear all,\n\n*When:* next Tuesday 2pm to 4pm\n> Where: Town Hall\nPlaces: 20 people\n\nJane"
    found = read_lines(text, "Workshop", datetime(2026, 11, 22, 12).astimezone(), "Europe/London")
    assert found
    assert found.happening
    assert found.happening.title == "Workshop"
    assert found.happening.place == "Town Hall"
    assert found.places == 20
    assert found.happening.text == "Dear all,\n\n\nJane"


def test_words_without_labels_are_no_event() -> None:
    when_ = datetime(2026, 11, 22, 12).astimezone()
    assert read_lines("See you on Tuesday at 2pm", "Workshop", when_, "Europe/London") is None
