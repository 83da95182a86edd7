"""Days as people write them, on Saturday, 21 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from mailhub.commands.grammar import Place, understand
from mailhub.commands.tables import languages
from mailhub.reading import read
from mailhub.words.line import Line

SATURDAY = date(2026, 11, 21)
LANGUAGES = {language.code: language for language in languages()}


def day(text: str, today: date = SATURDAY, language: str = "en") -> str:
    """The day that the whole text is, "" for none."""
    line = Line(text)
    found = LANGUAGES[language].dates.day(line, 0, today)
    return found[1].isoformat() if found and found[0] == len(line) else ""


def span(text: str, today: date = SATURDAY, language: str = "en") -> str:
    """When a span of time is over."""
    line = Line(text)
    found = LANGUAGES[language].dates.span(line, 0, today)
    return found[1].isoformat() if found and found[0] == len(line) else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 12th", "2026-12-12"),
        ("12th", "2026-12-12"),
        ("the 21st", "2026-11-21"),
        ("the 30th", "2026-11-30"),
        ("the 31st", "2026-12-31"),
        ("Friday the 4th", "2026-12-04"),
        ("3 September", "2027-09-03"),
        ("3rd of Sept", "2027-09-03"),
        ("Sept 3", "2027-09-03"),
        ("December 12th", "2026-12-12"),
        ("12 dec 2027", "2027-12-12"),
        ("Dec 12, 2026", "2026-12-12"),
        ("Sat 12 Dec '26", "2026-12-12"),
        ("Monday 5 Jan", "2027-01-05"),
        ("Mon, 4th January 2027", "2027-01-04"),
        ("29 February", "2028-02-29"),
        ("3/9", "2027-09-03"),
        ("12/12", "2026-12-12"),
        ("03/09/2027", "2027-09-03"),
        ("3.9.27", "2027-09-03"),
        ("3-9-2027", "2027-09-03"),
        ("9/30", "2027-09-30"),
        ("2027-01-05", "2027-01-05"),
        ("Mon 4/1", "2027-01-04"),
        ("today", "2026-11-21"),
        ("tomorrow", "2026-11-22"),
        ("Monday", "2026-11-23"),
        ("Saturday", "2026-11-28"),
        ("next Monday", "2026-11-23"),
        ("next Friday", "2026-11-27"),
        ("Monday week", "2026-11-30"),
        ("this Friday", "2026-11-27"),
        ("next week", "2026-11-23"),
        ("next month", "2026-12-01"),
        ("the end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("the end of the week", "2026-11-22"),
        ("the end of January", "2027-01-31"),
        ("January", "2027-01-01"),
        ("January 2028", "2028-01-01"),
        ("mid December", "2026-12-15"),
        ("the new year", "2027-01-01"),
        ("after Christmas", "2026-12-26"),
        ("after the 12th", "2026-12-13"),
        ("Easter", "2027-03-28"),
        ("the end of the year", "2026-12-31"),
    ],
)
def test_a_day(text: str, expected: str) -> None:
    assert day(text) == expected


def test_next_friday_is_of_next_week() -> None:
    wednesday = date(2026, 11, 18)
    assert day("Friday", wednesday) == day("this Friday", wednesday) == "2026-11-20"
    assert day("next Friday", wednesday) == "2026-11-27"
    assert day("next Monday", wednesday) == "2026-11-23"


@pytest.mark.parametrize(
    "text",
    [
        "the 32nd", "0 January", "30 February", "31/2", "13/13/2026", "3 September 2020",
        "12 December 2099", "2026-02-30", "2026-99-99", "1234/12", "32", "the", "12", "may I",
    ],
)  # fmt: skip
def test_what_is_no_day_or_over(text: str) -> None:
    assert day(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two weeks", "2026-12-05"),
        ("2 weeks", "2026-12-05"),
        ("a week", "2026-11-28"),
        ("the next fortnight", "2026-12-05"),
        ("a couple of weeks", "2026-12-05"),
        ("10 days", "2026-12-01"),
        ("a month", "2026-12-21"),
        ("three months", "2027-02-21"),
        ("a year", "2027-11-21"),
        ("20 years", ""),
        ("999999999 days", ""),
        ("weeks", ""),
    ],
)
def test_a_span(text: str, expected: str) -> None:
    assert span(text) == expected


def test_a_month_from_the_31st() -> None:
    assert span("a month", date(2027, 1, 31)) == "2027-02-28"
    assert day("next month", date(2027, 1, 31)) == "2027-02-01"
    assert day("the 30th", date(2027, 1, 31)) == "2027-03-30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y 12fed", "2026-12-12"),
        ("3 Medi", "2027-09-03"),
        ("3ydd o Fedi 2027", "2027-09-03"),
        ("ddydd Llun", "2026-11-23"),
        ("dydd Llun 4 Ionawr", "2027-01-04"),
        ("yfory", "2026-11-22"),
        ("diwedd y mis", "2026-11-30"),
        ("yr wythnos nesaf", "2026-11-23"),
        ("y flwyddyn newydd", "2027-01-01"),
    ],
)
def test_a_day_in_welsh(text: str, expected: str) -> None:
    assert day(text, language="cy") == expected


def test_a_span_in_welsh() -> None:
    assert span("bythefnos", language="cy") == "2026-12-05"
    assert span("dwy wythnos", language="cy") == "2026-12-05"
    assert span("mis", language="cy") == "2026-12-21"


@pytest.mark.parametrize(
    ("text", "begins", "until"),
    [
        ("away from 3/12 to 12/12", "2026-12-03", "2026-12-12"),
        ("on leave 3-12 December", "2026-12-03", "2026-12-12"),
        ("pause between 7 and 18 December", "2026-12-07", "2026-12-18"),
        ("I'm away next week", "2026-11-23", "2026-11-30"),
        ("pause for two weeks from Monday", "2026-11-23", "2026-12-07"),
        ("no mail next month please", "2026-12-01", "2027-01-01"),
        ("pause from 1 December", "2026-12-01", None),
        ("away until 12 December", None, "2026-12-12"),
        ("back next week", None, "2026-11-23"),
    ],
)
def test_a_pause_has_a_first_day_where_one_is_named(
    text: str, begins: str | None, until: str | None
) -> None:
    raw = f"From: Jane <jane@a.example>\r\nDate: {SATURDAY:%a, %d %b %Y} 08:00 +0000\r\n\r\n{text}\r\n"
    (pause,) = understand(read(raw.encode()), Place.SETTINGS)
    assert (pause.verb, pause.begins, pause.argument) == ("pause", begins, until)
