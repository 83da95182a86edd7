"""Digests, put together: whom they ask what is new, and their timers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from digests import answer, report, run
from mailhub import beat
from mailhub.addresses import Purpose
from mailhub.app.tools import TOOLS
from mailhub.beat import Timer
from mailhub.forum import news as discussions
from mailhub.library import news as papers
from mailhub.news import Door
from mailhub.process import Tools

DOORS: tuple[Door, ...] = (
    *(door for tool in TOOLS for door in tool.news),
    Door(discussions.KIND, discussions.digest, discussions.whole),
    Door(papers.KIND, papers.digest, papers.whole),
)
# Who takes an answer to a digest, or to the question where such an answer belongs.
ANSWERS = dict.fromkeys((Purpose.DIGEST, Purpose.PLACE), partial(answer.take, DOORS))


def make(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: whoever is due a digest gets it."""
    run.run(tools.database, tools.site, DOORS, now, now)


def timers(tools: Tools) -> tuple[Timer, ...]:
    """All timers of a hub."""
    return (
        *beat.timers(tools),
        Timer("digests", make, every=timedelta(minutes=1)),
        Timer("community-reports", report.reports, every=timedelta(hours=1)),
    )
