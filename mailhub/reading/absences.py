"""Whether an automatic answer says that its writer is away, and until when.

An acknowledgement, a challenge, a ticket is an automatic answer too, and says nothing of anybody's
absence. The day is the first that stands behind a word such as "until", in the languages of
templates/words/absences.toml; without a year it is the next one of its kind. Whether it is the last
day away or the first one back is not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from mailhub.letter import Absence
from mailhub.reading.phrases import first_of, fold, phrases, table

MAX_TEXT = 2_000
FURTHEST = timedelta(days=366)
LATELY = timedelta(days=60)  # a day that is just over is meant, not that of next year
_NEAR = 40  # characters between the word and its day: "until Monday, the 9th"
_YEAR = r"(?:[ ,]{1,3}(?:de |of )?(?P<year>(?:20)?\d\d)(?!\d))?"
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-]\s?(\d{1,2})(?:[./-]\s?((?:20)?\d\d))?(?![\d:])")
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EASTERN = re.compile(r"(?:(20\d\d)\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_DAY_MONTH = re.compile(r"(?<!\d)(?P<day>\d{1,2})\D{1,6}?(?P<month>[^\W\d_]{3,12})\.?" + _YEAR)
_MONTH_DAY = re.compile(
    r"(?P<month>[^\W\d_]{3,12})\.? (?P<day>\d{1,2})(?!\d)(?:st|nd|rd|th)?" + _YEAR
)


def absence(subject: str, text: str, written: datetime | None) -> Absence | None:
    """What an automatic answer says of its writer's absence; None where nothing."""
    said = fold(f"{subject[:500]}\n{text[:MAX_TEXT]}")
    if not first_of(said, phrases("absences", "away")):
        return None
    days = _days(text[:MAX_TEXT], written.date()) if written else iter(())
    return Absence(until=next(days, None))


def _days(text: str, today: date) -> Iterator[date]:
    """The days behind, or in some languages before, words such as "until", in their order."""
    said = fold(text)
    for match in _until().finditer(said):
        near = said[match.end() : match.end() + _NEAR]
        yield from _first(near, today)
    for word in table("absences")["until"]["behind"]:
        for one in (text, said):  # folding takes Korean syllables apart
            if (at := one.find(word)) > 0:
                yield from _first(one[max(0, at - 16) : at], today)


def _first(text: str, today: date) -> Iterator[date]:
    """The day that begins first in a text, if there is any."""
    found = []
    for pattern, read in _PATTERNS:
        match = pattern.search(text)
        day = read(match, today) if match else None
        if match and day:
            found.append((match.start(), day))
    if found:
        yield min(found)[1]


def _iso(match: re.Match[str], today: date) -> date | None:
    return _date(match[1], match[2], match[3], today)


def _eastern(match: re.Match[str], today: date) -> date | None:
    return _date(match[1], match[2], match[3], today)


def _numeric(match: re.Match[str], today: date) -> date | None:
    day, month = match[1], match[2]
    if int(month) > 12:  # as in America
        day, month = month, day
    return _date(match[3], month, day, today)


def _named(match: re.Match[str], today: date) -> date | None:
    month = _month(match["month"])
    return _date(match["year"], str(month), match["day"], today) if month else None


_PATTERNS = (
    (_ISO, _iso),
    (_EASTERN, _eastern),
    (_NUMERIC, _numeric),
    (_DAY_MONTH, _named),
    (_MONTH_DAY, _named),
)


def _date(year: str | None, month: str, day: str, today: date) -> date | None:
    """The date, where there is one that is neither over nor far away."""
    years = [int(year) + (0 if int(year) > 99 else 2000)] if year else [today.year, today.year + 1]
    for one in years:
        try:
            found = date(one, int(month), int(day))
        except ValueError:
            continue
        if today - LATELY <= found < today:
            return None
        if today <= found <= today + FURTHEST:
            return found
    return None


def _month(word: str) -> int:
    """The number of a month by its folded name, 0 where it is none."""
    best = ("", 0)
    for number, names in _months():
        for name in names:
            if word.startswith(name) and len(name) > len(best[0]):
                best = (name, number)
    return best[1]


@cache
def _months() -> tuple[tuple[int, tuple[str, ...]], ...]:
    known = table("absences")["months"]
    return tuple((int(n), tuple(fold(name) for name in names)) for n, names in known.items())


@cache
def _until() -> re.Pattern[str]:
    words = table("absences")["until"].items()
    known = sorted(
        {fold(word) for language, of in words if language != "behind" for word in of},
        key=len,
        reverse=True,
    )
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, known)) + r")(?!\w)")
