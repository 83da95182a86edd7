"""Digests, put together: whom they ask what is new, and their timers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from digests import answer, report, run
from digests.bulletins import answering as bulletin_answers
from digests.bulletins import asking, going
from mailhub import beat
from mailhub.addresses import BULLETINS, Purpose, Token
from mailhub.app.tools import TOOLS
from mailhub.beat import Timer
from mailhub.forum import news as discussions
from mailhub.library import news as papers
from mailhub.news import Door
from mailhub.process import Tools
from mailhub.process.work import Mail, Work

DOORS: tuple[Door, ...] = (
    *(door for tool in TOOLS for door in tool.news),
    Door(discussions.KIND, discussions.digest, discussions.whole),
    Door(papers.KIND, papers.digest, papers.whole),
)
# Who takes an answer to a digest, or to the question where such an answer belongs, or to a bulletin.
ANSWERS: dict[Purpose, Callable[[Work, Mail, Token, str], str]] = {
    **dict.fromkeys((Purpose.DIGEST, Purpose.PLACE), partial(answer.take, DOORS)),
    Purpose.BULLETIN: bulletin_answers.take,
}
# Who takes what is written to an address of the platform's own.
OF_PLATFORM = {verb: partial(asking.take, verb) for verb in BULLETINS}


def make(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: whoever is due a digest gets it."""
    run.run(tools.database, tools.site, DOORS, now, now)


def timers(tools: Tools) -> tuple[Timer, ...]:
    """All timers of a hub."""
    return (
        *beat.timers(tools),
        Timer("digests", make, every=timedelta(minutes=1)),
        Timer("bulletins", going.send, every=timedelta(minutes=1)),
        Timer("community-reports", report.reports, every=timedelta(hours=1)),
    )
