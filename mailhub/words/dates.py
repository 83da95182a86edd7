"""Days as people write them: "the 12th", "3 September", "Mon 5 Jan", "3/9", "the end of the month".

Read from the day on which they were written. A day without a year is the next one of its kind; day
comes before month, as in Britain. What is no day, or a day that is over, is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mailhub.words.line import Line, fold
from mailhub.words.patterns import Captures, Patterns, Slot
from mailhub.words.places import Meaning
from mailhub.words.reckoning import DAYS, PERIODS, SPANS, next_day

_NUMERIC = re.compile(r"(\d{1,4})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?")
_DAYS_OF_MONTH = re.compile(r"(\d{1,2})-(\d{1,2})")
_LONGEST_DAY = 9  # words
_FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class DateWords:
    """How one language writes days and spans of time."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]
    after: frozenset[str]
    starting: frozenset[str]  # "from"
    lasting: frozenset[str]  # "for", behind the day on which it begins
    resting: frozenset[str]  # "off", between a span and the day from which it is counted
    joining: frozenset[str]  # "and" of "between 3 and 12 December"
    days: Patterns
    spans: Patterns
    periods: Patterns

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> DateWords:
        """From the table `dates` of a language."""
        return cls(
            months=_numbered(table["months"]),
            weekdays=_numbered(table["weekdays"]),
            numbers={fold(word): number for word, number in table["numbers"].items()},
            after=frozenset(map(fold, table["after"])),
            starting=frozenset(map(fold, table["starting"])),
            lasting=frozenset(map(fold, table.get("lasting", ()))),
            resting=frozenset(map(fold, table.get("resting", ()))),
            joining=frozenset(map(fold, table.get("joining", ()))),
            days=Patterns(_meanings(table["days"]), {}),
            spans=Patterns(_meanings(table["spans"]), {}),
            periods=Patterns(_meanings(table.get("periods", {})), {}),
        )

    def day(self, line: Line, at: int, today: date) -> tuple[int, date] | None:
        """The day that most words from `at` on can be read as, and before which word they end."""
        later = line.words[at] in self.after
        found: tuple[int, date] | None = None
        for match in self.days.beginnings(line, self._slots(), at + later):
            day = _day(match.meaning, match.captures, today)
            ahead = day is not None and today <= day <= today + _FURTHEST
            if day and ahead and (found is None or match.end > found[0]):
                found = match.end, day + timedelta(days=later)
        return found

    def lost(self, line: Line, at: int, today: date) -> int | None:
        """Before which word a day ends that is none, or is over: "31 February"; None where it is a day."""
        found = self.day(line, at, today)
        ends = [match.end for match in self.days.beginnings(line, self._slots(), at)]
        longest = max(ends, default=0)
        return longest if longest > (found[0] if found else 0) else None

    def span(self, line: Line, at: int, today: date) -> tuple[int, date, date | None] | None:
        """The day on which a span of time is over, before which word it ends, and from when it is where that
        stands behind it ("for two weeks from Monday"). It begins today, or on the day that is named in front of
        it or behind."""
        begins = self._begins(line, at, today)
        matches = self.spans.beginnings(line, self._slots(), at)
        if not matches:
            return None
        match = max(matches, key=lambda match: match.end)
        end = match.end
        later = None
        start = end + (end < len(line) and line.words[end] in self.resting)  # "two weeks off from"
        if begins is None and start < len(line) and line.words[start] in self.starting:
            later = self.day(line, start + 1, today) if start + 1 < len(line) else None
            end, begins = later or (end, None)
        number = int(str(match.captures[0])) if match.captures else 1
        day = SPANS[match.meaning.verb](begins or today, min(number, 2000))
        return (end, day, begins if later else None) if day <= today + _FURTHEST else None

    def period(self, line: Line, at: int, today: date) -> tuple[int, date, date] | None:
        """A time to come that has a name, "next week", or two days of one month, "3-12 December": before which
        word it ends, its first day and the day on which it is over."""
        matches = self.periods.beginnings(line, {}, at)
        if not matches:
            return self._within_month(line, at, today)
        match = max(matches, key=lambda match: match.end)
        return match.end, *PERIODS[match.meaning.verb](today)

    def _within_month(self, line: Line, at: int, today: date) -> tuple[int, date, date] | None:
        """ "3-12 December", "3 and 12 December"."""
        word, behind = line.words[at], line.words[at + 1 : at + 2]
        if days := _DAYS_OF_MONTH.fullmatch(word):
            word = days[1]
        elif behind and behind[0] in self.joining:
            at += 2
        else:
            return None
        found = self.day(line, at, today) if at < len(line) and word.isdecimal() else None
        first = int(word[:3]) if found else 0
        return (
            (found[0], found[1].replace(day=first), found[1])
            if found and 0 < first < found[1].day
            else None
        )

    def _begins(self, line: Line, at: int, today: date) -> date | None:
        """The day from which a span at a word is counted, where one stands in front of it."""
        lasts = line.words[at - 1] in self.lasting if at else False
        for start in range(max(0, at - _LONGEST_DAY), at - 1):
            if line.words[start] in self.starting:
                found = self.day(line, start + 1, today)
                if found and at - 1 <= found[0] <= at:
                    return found[1]
            elif lasts and (found := self.day(line, start, today)) and found[0] == at - 1:
                return found[1]
        return None

    def number(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        """A number in digits or in words."""
        digits = line.words[at].removeprefix("+").strip()
        if digits.isdecimal() and len(digits) < 10:
            yield at + 1, str(int(digits))
        for length in (1, 2, 3):
            words = " ".join(line.words[at : at + length])
            if at + length <= len(line) and words in self.numbers:
                yield at + length, str(self.numbers[words])

    def _slots(self) -> dict[str, Slot]:
        return {
            "day": lambda line, at: _within(line, at, 1, 31),
            "last_day": _last_day,
            "year": lambda line, at: _year(line, at),
            "month": lambda line, at: _named(line, at, self.months),
            "weekday": lambda line, at: _named(line, at, self.weekdays),
            "dayname": lambda line, at: ((end, None) for end, _ in _named(line, at, self.weekdays)),
            "numeric": lambda line, at: (
                [(at + 1, line.words[at])] if _NUMERIC.fullmatch(line.words[at]) else []
            ),
            "number": self.number,
        }


def _numbered(names: list[list[str]]) -> dict[str, int]:
    return {fold(name): number for number, one in enumerate(names) for name in one}


def _meanings(tables: Mapping[str, Any]) -> Iterator[tuple[Meaning, str]]:
    for name, said in tables.items():
        for argument, patterns in said.items() if isinstance(said, dict) else [("", said)]:
            for pattern in patterns:
                yield Meaning(name, argument), pattern


def _within(line: Line, at: int, least: int, most: int) -> list[tuple[int, str]]:
    word = line.words[at]
    return [(at + 1, word)] if word.isdecimal() and least <= int(word[:5]) <= most else []


def _last_day(line: Line, at: int) -> list[tuple[int, str]]:
    """The second of "1-14" (December)."""
    days = _DAYS_OF_MONTH.fullmatch(line.words[at])
    return [(at + 1, days[2])] if days and 1 <= int(days[2]) <= 31 else []


def _year(line: Line, at: int) -> list[tuple[int, str]]:
    word = line.words[at]
    if not word.isdecimal() or len(word) not in (2, 4) or line.between(at).strip("'’‘,"):
        return []
    return [(at + 1, word if len(word) == 4 else f"20{int(word):02}")]


def _named(line: Line, at: int, names: Mapping[str, int]) -> list[tuple[int, str]]:
    return [(at + 1, str(names[word])) for word in line.readings(at) if word in names]


def _day(meaning: Meaning, captures: Captures, today: date) -> date | None:
    try:
        if meaning.verb == "numeric":
            return _numeric(str(captures[0]), today)
        numbers = [
            int(part) for part in (*map(str, captures), *meaning.argument.split("-")) if part
        ]
        return DAYS[meaning.verb](today, *numbers)
    except (ValueError, OverflowError):
        return None


def _numeric(text: str, today: date) -> date | None:
    """3/9, 03.09.2026, 2026-09-03; the other order only where this one is no day."""
    match = _NUMERIC.fullmatch(text)
    first, second, third = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    if first > 31:
        return date(first, second, third)
    day, month = (second, first) if second > 12 else (first, second)
    if not third:
        return next_day(today, month, day)
    return date(third + 2000 if third < 100 else third, month, day)
