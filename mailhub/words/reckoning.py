"""Which day is meant, reckoned from the day on which it was written: the next 12th, the end of the month,
two weeks on. ValueError where there is no such day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta


def next_day(today: date, month: int, day: int) -> date:
    """The next day of this month and number; a 29 February may be years away."""
    for year in range(today.year, today.year + 9):
        if day <= monthrange(year, month)[1] and (found := date(year, month, day)) >= today:
            return found
    raise ValueError("no such day")


def _next_numbered(today: date, day: int) -> date:
    """The next 12th."""
    for ahead in range(13):
        first = _months_on(today.replace(day=1), ahead)
        if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= today:
            return first.replace(day=day)
    raise ValueError("no such day")


def _months_on(day: date, number: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _weekday(today: date, weekday: int) -> date:
    """The next day of that name, not today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _week_after(today: date, weekday: int = 0) -> date:
    """A day of the week that begins next Monday."""
    return _weekday(today, 0) + timedelta(days=weekday)


def _easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian reckoning)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return date(year, month, day + 1)


DAYS: dict[str, Callable[..., date]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: today + timedelta(days=1),
    "day_month": lambda today, day, month: next_day(today, month + 1, day),
    "month_day": lambda today, month, day: next_day(today, month + 1, day),
    "day_month_year": lambda today, day, month, year: date(year, month + 1, day),
    "month_day_year": lambda today, month, day, year: date(year, month + 1, day),
    "day": _next_numbered,
    "day_next_month": lambda today, day: _months_on(today.replace(day=1), 1).replace(day=day),
    "weekday": _weekday,
    "weekday_next_week": _week_after,
    "weekday_week": lambda today, weekday: _weekday(today, weekday) + timedelta(days=7),
    "week_next": _week_after,
    "week_end": lambda today: _week_after(today) - timedelta(days=1),
    "week_next_end": lambda today: _week_after(today) + timedelta(days=6),
    "month": lambda today, month: next_day(today, month + 1, 1),
    "month_year": lambda today, month, year: date(year, month + 1, 1),
    "month_middle": lambda today, month: next_day(today, month + 1, 15),
    "month_next": lambda today: _months_on(today.replace(day=1), 1),
    "month_end": _month_end,
    "month_next_end": lambda today: _month_end(_months_on(today.replace(day=1), 1)),
    "month_end_named": lambda today, month: _month_end(
        today if month + 1 == today.month else next_day(today, month + 1, 1)
    ),
    "year_end": lambda today: date(today.year, 12, 31),
    "year_next": lambda today: date(today.year + 1, 1, 1),
    "fixed": next_day,
    "easter": lambda today: min(
        day for day in (_easter(today.year), _easter(today.year + 1)) if day >= today
    ),
}
SPANS: dict[str, Callable[[date, int], date]] = {
    "days": lambda today, number: today + timedelta(days=number),
    "weeks": lambda today, number: today + timedelta(weeks=number),
    "fortnights": lambda today, number: today + timedelta(weeks=2 * number),
    "months": lambda today, number: _months_on(today, number),
    "years": lambda today, number: _months_on(today, 12 * number),
    "month_named": lambda today, month: _month_end(
        today if month + 1 == today.month else next_day(today, month + 1, 1)
    ),
}
PERIODS: dict[str, Callable[[date], tuple[date, date]]] = {
    "week_next": lambda today: (_week_after(today), _week_after(today, 7)),
    "month_next": lambda today: (
        _months_on(today.replace(day=1), 1),
        _months_on(today.replace(day=1), 2),
    ),
}
