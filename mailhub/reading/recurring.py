"""The occurrences of a series (RFC 5545 3.3.10), a bounded number of them within a bounded time.

A rule is checked before anything is made of it: no more often than hourly, no part that gives more than it
is worth, from 1970 on. What it gives is looked for in a window of time, in local time, so that a meeting
at ten stays at ten when the clocks change; and no rule is followed for more steps than MAX_STEPS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from mailhub.reading.happenings import Refused
from mailhub.reading.zones import zone

MOST = 500  # occurrences that are looked at
MAX_STEPS = 40_000  # of a rule, from its beginning to the end of the window
FIRST_YEAR = 1970
LAST_YEAR = 2100
HORIZON = timedelta(days=3 * 366)  # ahead of what is asked for
_EVERY = {
    "YEARLY": timedelta(days=365),
    "MONTHLY": timedelta(days=28),
    "WEEKLY": timedelta(days=7),
    "DAILY": timedelta(days=1),
    "HOURLY": timedelta(hours=1),
}
_PARTS = {  # name: (what its values look like, how many there may be)
    "BYMONTH": (r"(?:[1-9]|1[0-2])", 12),
    "BYWEEKNO": (r"[+-]?\d{1,2}", 53),
    "BYYEARDAY": (r"[+-]?\d{1,3}", 60),
    "BYMONTHDAY": (r"[+-]?\d{1,2}", 62),
    "BYDAY": (r"(?:[+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)", 35),
    "BYHOUR": (r"\d{1,2}", 24),
    "BYMINUTE": (r"\d{1,2}", 4),
    "BYSECOND": (r"0{1,2}", 1),
    "BYSETPOS": (r"[+-]?\d{1,3}", 20),
}
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


def checked(rule: str) -> str:
    """A rule in one plain form; Refused where it asks for too much or is none."""
    parts: dict[str, str] = {}
    for pair in rule.upper().replace(" ", "").split(";"):
        name, _, value = pair.partition("=")
        if not value or (name.startswith("X-") or name in ("RSCALE", "SKIP")):
            continue
        parts.setdefault(name, value)
    if parts.get("FREQ") not in _EVERY:
        raise Refused("too-often" if "FREQ" in parts else "bad-rule")
    said = [f"FREQ={parts.pop('FREQ')}"]
    for name in sorted(parts):
        value = parts[name]
        if name in _PARTS:
            form, most = _PARTS[name]
            values = list(dict.fromkeys(value.strip(",").split(",")))
            if len(values) > most or not all(re.fullmatch(form, one) for one in values):
                raise Refused("bad-rule")
            value = ",".join(values)
        elif name in ("INTERVAL", "COUNT"):
            if not value.isdigit() or len(value) > 5 or int(value) < 1:
                raise Refused("bad-rule")
            value = str(int(value))
        elif name == "WKST":
            if value not in ("MO", "TU", "WE", "TH", "FR", "SA", "SU"):
                raise Refused("bad-rule")
        elif name == "UNTIL":
            if not _UNTIL.fullmatch(value):
                raise Refused("bad-rule")
        else:
            raise Refused("bad-rule")
        said.append(f"{name}={value}")
    return ";".join(said)


def starts(
    rule: str,
    first: datetime,
    zone_name: str,
    since: datetime,
    until: datetime,
    *,
    added: Sequence[datetime] = (),
    without: Sequence[datetime] = (),
    most: int = MOST,
) -> list[datetime]:
    """When the occurrences begin that lie in [since, until), in UTC and in order, at most `most` of
    them. The first one is one even where its rule does not give it. Refused where the rule takes too
    long to follow."""
    left_out = set(without)
    found = {at for at in (first, *added[:MOST]) if since <= at < until and at not in left_out}
    if rule:
        given = (at for at in _given(rule, first, zone_name, until) if at >= since)
        found.update(islice((at for at in given if at not in left_out), most))
    return sorted(found)[:most]


def is_endless(rule: str) -> bool:
    """Whether a rule has no end of its own."""
    return bool(rule) and "COUNT=" not in rule and "UNTIL=" not in rule


def _given(rule: str, first: datetime, zone_name: str, until: datetime) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr  # only where something repeats

    local = zone(zone_name) or UTC
    begin = first.astimezone(local).replace(tzinfo=None)
    if begin.year < FIRST_YEAR:
        raise Refused("too-old")
    parts = dict(pair.partition("=")[::2] for pair in rule.split(";"))
    last = min(until, datetime(LAST_YEAR, 1, 1, tzinfo=UTC)).astimezone(local).replace(tzinfo=None)
    own = _UNTIL.fullmatch(parts.pop("UNTIL", ""))
    if own:
        last = min(last, _own_end(own, local))
    step = _EVERY[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))
    if (last - begin) / step > MAX_STEPS:
        raise Refused("too-long")
    if last < begin:
        return
    # Counted here: a rule that gives nothing would be followed to the year 9999 for its fifth time.
    count = int(parts.pop("COUNT", MAX_STEPS))
    parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
    try:
        rows = rrulestr(";".join(f"{n}={v}" for n, v in parts.items()), dtstart=begin)
    except (ValueError, TypeError, IndexError):
        raise Refused("bad-rule") from None
    for at in islice(rows, min(count, MAX_STEPS)):
        yield at.replace(tzinfo=local).astimezone(UTC)


def _own_end(found: re.Match[str], local: tzinfo) -> datetime:
    """UNTIL in local time; a day means all of it."""
    day, time, is_utc = found[1], found[2] or "235959", found[3]
    try:
        at = datetime.strptime(day + time, "%Y%m%d%H%M%S")
    except ValueError:
        raise Refused("bad-rule") from None
    if is_utc:
        return at.replace(tzinfo=UTC).astimezone(local).replace(tzinfo=None)
    return at
