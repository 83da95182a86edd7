"""One RRULE (RFC 5545 3.3.10): checked, brought into one plain form, taken apart. Refused where it asks for too
much or is none. What it gives: `rule_times`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailhub.reading.happenings import Refused

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
_PARTS = {  # name: (what its values look like, the least and the most, how many there may be)
    "BYMONTH": (1, 12, 12),
    "BYWEEKNO": (-53, 53, 53),
    "BYYEARDAY": (-366, 366, 60),
    "BYMONTHDAY": (-31, 31, 62),
    "BYHOUR": (0, 23, 24),
    "BYMINUTE": (0, 59, 4),
    "BYSECOND": (0, 0, 1),
    "BYSETPOS": (-366, 366, 20),
}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(?:T\d{6}Z?)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, taken apart. `weekdays` are (n, weekday), n 0 where all of them are meant."""

    freq: str
    interval: int = 1
    count: int = 0  # 0: no limit
    until: str = ""
    week_start: int = 0
    weekdays: tuple[tuple[int, int], ...] = ()
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def checked(text: str) -> str:
    """A rule in one plain form; Refused where it asks for too much or is none."""
    parts = _parts(text)
    freq = parts.pop("FREQ", "")
    if freq not in _FREQS:
        raise Refused("too-often" if freq in ("MINUTELY", "SECONDLY") else "bad-rule")
    said = [f"FREQ={freq}"]
    for name in sorted(parts):
        value = parts[name]
        if name in _PARTS:
            value = ",".join(map(str, _numbers(name, value)))
        elif name == "BYDAY":
            value = ",".join(f"{n or ''}{_DAYS[day]}" for n, day in _weekdays(value))
        elif name in ("INTERVAL", "COUNT"):
            if not re.fullmatch("[0-9]{1,5}", value) or int(value) < 1:
                raise Refused("bad-rule")
            value = str(int(value))
        elif not (name == "WKST" and value in _DAYS) and not (
            name == "UNTIL" and _UNTIL.fullmatch(value)
        ):
            raise Refused("bad-rule")
        said.append(f"{name}={value}")
    return ";".join(said)


def read(text: str) -> Rule:
    """A rule that `checked` has given."""
    parts = _parts(text)

    def numbers(name: str) -> tuple[int, ...]:
        return tuple(_numbers(name, parts[name])) if name in parts else ()

    return Rule(
        freq=parts["FREQ"],
        interval=int(parts.get("INTERVAL", "1")),
        count=int(parts.get("COUNT", "0")),
        until=parts.get("UNTIL", ""),
        week_start=_DAYS.index(parts.get("WKST", "MO")),
        weekdays=tuple(_weekdays(parts["BYDAY"])) if "BYDAY" in parts else (),
        months=numbers("BYMONTH"),
        weeks=numbers("BYWEEKNO"),
        year_days=numbers("BYYEARDAY"),
        month_days=numbers("BYMONTHDAY"),
        hours=numbers("BYHOUR"),
        minutes=numbers("BYMINUTE"),
        positions=numbers("BYSETPOS"),
    )


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.upper().replace(" ", "").split(";"):
        name, _, value = pair.partition("=")
        if value and not name.startswith("X-") and name not in ("RSCALE", "SKIP"):
            found.setdefault(name, value.strip(","))
    return found


def _numbers(name: str, value: str) -> list[int]:
    least, most, how_many = _PARTS[name]
    pieces = value.split(",")
    if len(pieces) > 400 or not all(re.fullmatch(r"[+-]?[0-9]{1,3}", one) for one in pieces):
        raise Refused("bad-rule")
    found = sorted({int(one) for one in pieces})
    zero = least < 0 and 0 in found
    if zero or len(found) > how_many or found[0] < least or found[-1] > most:
        raise Refused("bad-rule")
    return found


def _weekdays(value: str) -> list[tuple[int, int]]:
    found = [_WEEKDAY.fullmatch(one) for one in value.split(",")[:60]]
    days = {(int(one[1] or 0), _DAYS.index(one[2])) for one in found if one}
    if not all(found) or len(days) > 35 or any(abs(n) > 53 for n, _ in days):
        raise Refused("bad-rule")
    return sorted(days)
