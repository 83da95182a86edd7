"""Dates and subjects as pages say them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from web_archive.wording import legible, moment, span


@pytest.mark.parametrize(
    ("began", "ended", "said"),
    [
        ("2026-11-03T09:05", "2026-11-03T17:40", "3 November 2026"),
        ("2026-11-03T09:05", "2026-11-10T08:00", "3 to 10 November 2026"),
        ("2026-10-28T23:59", "2026-11-03T00:00", "28 October to 3 November 2026"),
        ("2025-12-30T12:00", "2026-01-02T12:00", "30 December 2025 to 2 January 2026"),
    ],
)
def test_from_when_to_when(began: str, ended: str, said: str) -> None:
    times = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (began, ended))
    assert span(*times) == said


def test_a_moment_is_told_without_the_day_of_the_week() -> None:
    assert moment(datetime(2026, 11, 3, 9, 5, tzinfo=UTC)) == "3 November 2026, 09:05"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Plans", "Plans"),
        ("=?utf-8?B?broken", ""),
        ("=?utf-8?Q?broken?= =?utf-8?Q?too?=", ""),
        ("Re: =?x-unknown?B?AAAA?= plans", "Re: … plans"),
        ("What does =? mean", "What does =? mean"),
        ("", ""),
    ],
)
def test_what_nobody_can_decode_is_no_title(subject: str, said: str) -> None:
    assert legible(subject) == said
