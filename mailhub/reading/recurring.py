"""The occurrences of a series, a bounded number of them within a bounded time.

What a rule gives (`rules`) is looked for in a window of time, in local time, so that a meeting at ten stays
at ten when the clocks change; what was added and what was left out is put beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice

from mailhub.reading import rule_times, rules
from mailhub.reading.happenings import Refused
from mailhub.reading.rules import checked
from mailhub.reading.zones import zone

__all__ = ["FIRST_YEAR", "LAST_YEAR", "MOST", "checked", "starts"]

MOST = 500  # occurrences that are looked at
FIRST_YEAR = 1970
LAST_YEAR = 2100


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
        given = (at for at in _given(rule, first, zone_name, until) if since <= at < until)
        found.update(islice((at for at in given if at not in left_out), most))
    return sorted(found)[:most]


def _given(text: str, first: datetime, zone_name: str, until: datetime) -> Iterator[datetime]:
    rule = rules.read(text)
    local = zone(zone_name) or UTC
    begin = first.astimezone(local).replace(tzinfo=None)
    if begin.year < FIRST_YEAR:
        raise Refused("too-old")
    last = min(until, datetime(LAST_YEAR, 1, 1, tzinfo=UTC)).astimezone(local).replace(tzinfo=None)
    if rule.until:
        last = min(last, _own_end(rule.until, local))
    for at in rule_times.occurrences(rule, begin, last):
        yield at.replace(tzinfo=local).astimezone(UTC)


def _own_end(said: str, local: tzinfo) -> datetime:
    """UNTIL in local time; a day means all of it."""
    day, _, at = said.rstrip("Z").partition("T")
    try:
        end = datetime.strptime(day + (at or "235959"), "%Y%m%d%H%M%S")
        if said.endswith("Z"):
            end = end.replace(tzinfo=UTC).astimezone(local).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Refused("bad-rule") from None
    return end
