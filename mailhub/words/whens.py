"""When something takes place, as people write it: "next Tuesday 2pm to 4pm", "3 Dec 10.00–12.30",
"Thursday 3 December at noon for two hours", "12-13 January, all day".

Times of day are found first, by their form, and taken out; what is left is read for days (`dates`). A day
without a time is a whole day; a time without an end lasts an hour. Which hour "2 to 4" means is the likelier
of the two: a meeting is not at night.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from mailhub import words
from mailhub.words.dates import DateWords
from mailhub.words.line import Line

MAX_LINE = 300
AN_HOUR = timedelta(hours=1)
LONGEST = timedelta(days=60)
_EARLIEST = 7  # "at 6" is in the evening
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-4])(?:[:.h](?P<{0}m>[0-5]\d))?\s?(?P<{0}half>{half})?"
_WORD = r"[^\W\d_]+"


@dataclass(frozen=True, slots=True)
class When:
    """From when to when, in local time; `zone` is the IANA name of a zone that is named, else ""."""

    starts: datetime
    ends: datetime
    all_day: bool = False
    zone: str = ""


@dataclass(frozen=True)
class _Words:
    """How one language tells times."""

    times: re.Pattern[str]
    span: re.Pattern[str]
    all_day: re.Pattern[str]
    halves: Mapping[str, str]
    named: Mapping[str, time]
    zones: Mapping[str, str]
    months: frozenset[str]
    numbers: Mapping[str, int]
    dates: DateWords


@cache
def _languages() -> tuple[_Words, ...]:
    found = []
    for path in sorted((words.templates_folder() / "words").glob("??.toml")):
        try:
            said, dates = words.table("whens", path.stem), words.table("dates", path.stem)
        except KeyError:
            continue
        found.append(_words(said, dates))
    return tuple(found)


def _words(said: Mapping[str, Any], dates: Mapping[str, Any]) -> _Words:
    half = _either([*said["am"], *said["pm"]])
    named = _either(list(said["named"]))
    joining, at = _either(said["to"]), _either(said["at"])

    def clock(name: str) -> str:
        return f"(?:(?P<{name}named>{named})|{_CLOCK.format(name, half=half)})"

    numbers = _either(sorted(dates["numbers"], key=len, reverse=True))
    months = _either([name for names in dates["months"] for name in names])
    # "10 December", "the 3rd": that is a day.
    no_day = rf"(?!\s?(?:st|nd|rd|th|(?:of\s)?(?:{months}))\b)"
    return _Words(
        times=re.compile(
            rf"(?<![\w/.:-])(?:(?:{at})\s?)?{clock('a')}"
            rf"(?:\s?(?:-|–|—|(?<=\s)(?:{joining})(?=\s))\s?(?:(?:{at})\s)?{clock('b')})?{no_day}(?![\w/:]|[.-]\d)",
            re.I,
        ),
        span=re.compile(
            rf"\b(?:{_either(said['lasting'])})\s(?P<number>\d{{1,3}}(?:[.,]5)?|{numbers})"
            rf"(?P<and_half>\s(?:{_either(said['and_a_half'])}))?\s?(?:(?P<hours>{_either(said['hours'])})"
            rf"|(?P<minutes>{_either(said['minutes'])}))"
            rf"(?P<half_behind>\s(?:{_either(said['and_a_half'])}))?\b",
            re.I,
        ),
        all_day=re.compile(rf"\b(?:{_either(said['all_day'])})\b", re.I),
        halves=dict.fromkeys(said["am"], "am") | dict.fromkeys(said["pm"], "pm"),
        named={name: time.fromisoformat(at) for name, at in said["named"].items()},
        zones=said["zones"],
        months=frozenset(name for names in dates["months"] for name in names),
        numbers=dates["numbers"],
        dates=DateWords.of(dates),
    )


def _either(options: Sequence[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(options, key=len, reverse=True))


def when(text: str, today: date) -> When | None:
    """The time that a line tells, read on that day; None where it tells none that is ahead."""
    text = " ".join(text[:MAX_LINE].split())
    for language in _languages():
        found = _when(text, today, language)
        if found is not None:
            return found
    return None


def _when(text: str, today: date, language: _Words) -> When | None:
    zone, text = _zone(text, language)
    span = language.span.search(text)
    if span:
        text = f"{text[: span.start()]} {text[span.end() :]}"
    times = [found for found in language.times.finditer(text) if _is_time(found, language)]
    rest = text
    for found in reversed(times):
        rest = f"{rest[: found.start()]} , {rest[found.end() :]}"
    all_day = language.all_day.search(rest)
    if all_day:
        rest = f"{rest[: all_day.start()]} , {rest[all_day.end() :]}"
    days = _days(rest, today, language)
    if not days:
        return None
    first, last = days[0], days[-1]
    if not times:
        starts = datetime.combine(first, time())
        ends = datetime.combine(last + timedelta(days=1), time())
        return When(starts, ends, True, zone) if timedelta() < ends - starts <= LONGEST else None
    begin, end = _clocks(times, language)
    starts = datetime.combine(first, begin)
    if span:
        ends = starts + _length(span, language)
    elif end is None:
        ends = starts + AN_HOUR
    else:
        ends = datetime.combine(last, end)
        if ends <= starts and last == first:
            ends += timedelta(days=1)
    return When(starts, ends, False, zone) if timedelta() < ends - starts <= LONGEST else None


def _is_time(found: re.Match[str], language: _Words) -> bool:
    """Not a lone number, which may be a day: it has minutes, a half of the day, or a second time."""
    before = found.string[: found.start()].split()
    if before and before[-1].lower().strip(",.") in language.months and not found["ahalf"]:
        return bool(found["am"] or found["anamed"] or found["bhalf"])
    return bool(
        found["anamed"]
        or found["am"]
        or found["ahalf"]
        or found["bhalf"]
        or found["bh"]
        or found["bnamed"]
        or not found[0][:1].isdigit()  # "at 2"
    )


def _clocks(times: Sequence[re.Match[str]], language: _Words) -> tuple[time, time | None]:
    """When it begins, and when it ends where that is said."""
    first = times[0]
    end = _clock(first, "b", language)
    if end is None and len(times) > 1:
        first_end = times[1]
        end = _clock(first_end, "a", language)
        end_half = first_end["ahalf"]
    else:
        end_half = first["bhalf"] if first["bh"] else None
    begin = _clock(first, "a", language)
    assert begin is not None  # the form wants it
    if end is not None and end_half and not first["ahalf"] and not first["anamed"]:
        # "2-4pm": both in the half that is named, where that is the order of time.
        shifted = _in_half(begin, language.halves.get(end_half.lower(), ""))
        begin = shifted if shifted < end else begin
    elif not first["ahalf"] and not first["anamed"] and not first["am"]:
        begin = _likely(begin)
    if end is not None and end <= begin and not end_half and end.hour < 12:
        later = end.replace(hour=end.hour + 12)
        end = later if later > begin else end
    return begin, end


def _clock(found: re.Match[str], which: str, language: _Words) -> time | None:
    named = found[f"{which}named"]
    if named:
        return language.named[named.lower()]
    if not found[f"{which}h"]:
        return None
    hour = int(found[f"{which}h"]) % 24
    at = time(hour, int(found[f"{which}m"] or 0))
    half = found[f"{which}half"]
    return _in_half(at, language.halves[half.lower()]) if half else at


def _in_half(at: time, half: str) -> time:
    if half == "pm" and at.hour < 12:
        return at.replace(hour=at.hour + 12)
    if half == "am" and at.hour == 12:
        return at.replace(hour=0)
    return at


def _likely(at: time) -> time:
    return at.replace(hour=at.hour + 12) if 0 < at.hour < _EARLIEST else at


def _length(span: re.Match[str], language: _Words) -> timedelta:
    said = span["number"].lower().replace(",", ".")
    number = float(said) if said[0].isdigit() else float(language.numbers[said])
    number += 0.5 if span["and_half"] or span["half_behind"] else 0
    return timedelta(hours=number) if span["hours"] else timedelta(minutes=number)


def _days(text: str, today: date, language: _Words) -> list[date]:
    """One day, or the first and the last of several."""
    line = Line(text)
    found: list[date] = []
    at = 0
    while at < len(line) and len(found) < 2:
        day = language.dates.day(line, at, today)
        if day is None:
            at += 1
            continue
        end, named = day
        words_before = [line.words[i] for i in range(at, end)]
        spanned = re.fullmatch(r"(\d{1,2})\s?[-–—]\s?(\d{1,2})\b.*", line.rest(at, end))
        if spanned and not found and int(spanned[2]) == named.day and int(spanned[1]) < named.day:
            found.append(named.replace(day=int(spanned[1])))
        if not found or (words_before and named > found[-1]):
            found.append(named)
        at = max(end, at + 1)
    return found


def _zone(text: str, language: _Words) -> tuple[str, str]:
    """(the zone that is named, the text without it)."""
    for name, iana in language.zones.items():
        found = re.search(rf"\(?\b{re.escape(name)}\b\)?", text)
        if found:
            return iana, f"{text[: found.start()]} {text[found.end() :]}"
    return "", text
