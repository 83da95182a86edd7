"""What an RRULE gives (RFC 5545 3.3.10): followed in local time, period by period, no further than it is asked.

Each period (a year, month, week, day or hour) gives the days that pass every part of the rule, and on these
the times that it names. So each step costs no more than the days of a year, and a rule that never gives
anything ends with the window, not in the year 9999 as elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

from mailhub.reading.happenings import Refused
from mailhub.reading.rules import Rule

MAX_STEPS = 40_000
MAX_DAYS = 80_000  # that are looked at, of all steps
_DAY = timedelta(days=1)


def occurrences(rule: Rule, first: datetime, last: datetime) -> Iterator[datetime]:
    """What a rule gives from `first` on and up to `last`, both naive and local, in order. Refused where
    it would take more than MAX_STEPS or MAX_DAYS."""
    rule = _with_defaults(rule, first)
    given = looked_at = 0
    for steps, (begin, days, hours) in enumerate(_periods(rule, first), start=1):
        if begin > last:
            return
        looked_at += len(days)
        if steps > MAX_STEPS or looked_at > MAX_DAYS:
            raise Refused("too-long")
        for at in _chosen(rule, [day for day in days if _passes(rule, day)], hours, first):
            if at > last:
                return
            if at >= first:
                yield at
                given += 1
                if given == rule.count:
                    return


def _with_defaults(rule: Rule, first: datetime) -> Rule:
    """What the first occurrence says where the rule is silent."""
    if not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays):
        if rule.freq == "YEARLY":
            rule = replace(rule, months=rule.months or (first.month,), month_days=(first.day,))
        elif rule.freq == "MONTHLY":
            rule = replace(rule, month_days=(first.day,))
        elif rule.freq == "WEEKLY":
            rule = replace(rule, weekdays=((0, first.weekday()),))
    return replace(rule, minutes=rule.minutes or (first.minute,))


def _periods(
    rule: Rule, first: datetime
) -> Iterator[tuple[datetime, Sequence[date], tuple[int, ...]]]:
    """(when it begins, its days, its hours) of each period that the rule looks at."""
    hours = rule.hours or (first.hour,)
    at = datetime.combine(first.date(), time())
    if rule.freq == "HOURLY":
        at = first.replace(minute=0, second=0)
    elif rule.freq == "YEARLY":
        at = at.replace(month=1, day=1)
    elif rule.freq == "MONTHLY":
        at = at.replace(day=1)
    elif rule.freq == "WEEKLY":
        at -= (at.weekday() - rule.week_start) % 7 * _DAY
    following = _FOLLOWING[rule.freq]
    while True:
        try:
            after = following(at, 1)
            days = [at.date() + n * _DAY for n in range(max((after - at).days, 1))]
            if rule.freq != "HOURLY":
                yield at, days, hours
            elif not rule.hours or at.hour in rule.hours:
                yield at, days, (at.hour,)
            else:
                yield at, (), ()
            at = following(at, rule.interval)
        except (OverflowError, ValueError):
            return


def _months_on(at: datetime, number: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + number, 12)
    return at.replace(year=year, month=month + 1)


_FOLLOWING: dict[str, Callable[[datetime, int], datetime]] = {
    "YEARLY": lambda at, number: at.replace(year=at.year + number),
    "MONTHLY": _months_on,
    "WEEKLY": lambda at, number: at + 7 * number * _DAY,
    "DAILY": lambda at, number: at + number * _DAY,
    "HOURLY": lambda at, number: at + timedelta(hours=number),
}


def _passes(rule: Rule, day: date) -> bool:
    """Whether a day passes every part of the rule."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.weekdays and not any(
        _is_weekday(rule, n, weekday, day) for n, weekday in rule.weekdays
    ):
        return False
    if rule.month_days:
        length = (_next_month(day) - day.replace(day=1)).days
        if day.day not in rule.month_days and day.day - length - 1 not in rule.month_days:
            return False
    if rule.year_days:
        number, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        if number not in rule.year_days and number - length - 1 not in rule.year_days:
            return False
    return not rule.weeks or _in_weeks(rule, day)


def _is_weekday(rule: Rule, n: int, weekday: int, day: date) -> bool:
    if day.weekday() != weekday:
        return False
    if not n or rule.freq not in ("YEARLY", "MONTHLY"):
        return True
    if rule.freq == "MONTHLY" or rule.months:
        first, after = day.replace(day=1), _next_month(day)
    else:
        first, after = day.replace(month=1, day=1), date(day.year + 1, 1, 1)
    return n in ((day - first).days // 7 + 1, -(((after - day).days - 1) // 7) - 1)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)


def _in_weeks(rule: Rule, day: date) -> bool:
    """Weeks begin on `week_start`; the first has four days or more of its year."""
    begin = day - (day.weekday() - rule.week_start) % 7 * _DAY
    year = (begin + 3 * _DAY).year
    number = ((begin + 3 * _DAY).timetuple().tm_yday - 1) // 7 + 1
    length = (_first_week(year + 1, rule) - _first_week(year, rule)).days // 7
    return number in rule.weeks or number - length - 1 in rule.weeks


def _first_week(year: int, rule: Rule) -> date:
    fourth = date(year, 1, 4)
    return fourth - (fourth.weekday() - rule.week_start) % 7 * _DAY


def _chosen(
    rule: Rule, days: Sequence[date], hours: tuple[int, ...], first: datetime
) -> list[datetime]:
    """The times on these days; with BYSETPOS some of them."""
    times = [time(hour, minute, first.second) for hour, minute in product(hours, rule.minutes)]
    found = [datetime.combine(day, at) for day in days for at in times]
    if not rule.positions:
        return found
    size = len(found)
    places = {n - 1 if n > 0 else size + n for n in rule.positions}
    return [found[place] for place in sorted(places) if 0 <= place < size]
