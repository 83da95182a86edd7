"""The beat: one table of timers, for what must happen at its time though no mail comes.

Each timer has a row that says when it is due. The scheduler claims what is due and wakes a job with its
name; the job runs it and writes when it is due next. A timer whose process died is due again once its
LEASE is over, so it may run twice, late, or on another machine: what it does it does in transactions of
its own, and what is done is not done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from mailhub.database import Database
from mailhub.models import Timer as Row
from mailhub.process import Tools, ending, escalating, keeping, moderating, returning

LEASE = timedelta(minutes=10)  # longer than any timer runs


@dataclass(frozen=True, slots=True)
class Timer:
    """What is done again and again: each time `every` has passed or, with an `hour`, each day at that
    hour, UTC. `run` gets the time of its last run that came to its end, and now."""

    name: str
    run: Callable[[Tools, datetime | None, datetime], None]
    every: timedelta = timedelta(days=1)
    hour: int | None = None

    def after(self, now: datetime) -> datetime:
        """When it is due next."""
        if self.hour is None:
            return now + self.every
        today = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return today if today > now else today + timedelta(days=1)


TIMERS: tuple[Timer, ...] = (
    Timer("refused-copies", returning.refused_copies, every=timedelta(minutes=5)),
    Timer("arrived-probes", returning.arrived_probes, every=timedelta(hours=1)),
    Timer("requests-to-join", escalating.requests_to_join, every=timedelta(hours=1)),
    Timer("held-too-long", moderating.escalate, every=timedelta(minutes=10)),
    Timer("held-mornings", moderating.morning, every=timedelta(minutes=10)),
    Timer("held-figures", moderating.weekly, hour=7),
    Timer("returns-summaries", returning.summaries, hour=6),
    Timer("roles-over", ending.roles, hour=5),
    Timer("data-asked-for", keeping.asked_for, every=timedelta(minutes=1)),
    Timer("retention", keeping.retention, hour=2),
    Timer("clearing", keeping.clearing, hour=3),
)


def timers(tools: Tools) -> tuple[Timer, ...]:
    """All timers, those of the tools too."""
    return (
        *TIMERS,
        *(
            Timer(one.name, one.run, every=timedelta(seconds=one.seconds))
            for tool in tools.of_communities
            for one in tool.timers
        ),
    )


def claim(database: Database, timers: tuple[Timer, ...], now: datetime) -> list[str]:
    """The names of those that are due, each of which is now the caller's to have run. A new one is due
    at once, or at its hour."""
    with database.reading() as session:
        known = {row.name: row.due_at for row in session.execute(select(Row.name, Row.due_at))}
    new = [timer for timer in timers if timer.name not in known]
    late = [timer.name for timer in timers if known.get(timer.name, now + LEASE) <= now]
    if not new and not late:
        return []
    claimed: list[str] = []
    with database.writing() as session:
        for timer in new:
            if session.get(Row, timer.name, with_for_update=True) is None:
                first = now if timer.hour is None else timer.after(now)
                session.add(Row(name=timer.name, due_at=first))
        session.flush()
        claimed += session.scalars(
            update(Row)
            .where(Row.name.in_([timer.name for timer in timers]), Row.due_at <= now)
            .values(due_at=now + LEASE)
            .returning(Row.name)
            .execution_options(synchronize_session=False)
        )
    return sorted(claimed)


def run(tools: Tools, timers: tuple[Timer, ...], name: str, now: datetime) -> None:
    """Run one that was claimed, and set it to its next time. One that this version does not know, as
    an older process may have woken it, is left alone."""
    timer = next((timer for timer in timers if timer.name == name), None)
    if timer is None:
        return
    with tools.database.reading() as session:
        last = session.scalar(select(Row.ran_at).where(Row.name == name))
    timer.run(tools, last, now)
    with tools.database.writing() as session:
        session.execute(
            update(Row).where(Row.name == name).values(due_at=timer.after(now), ran_at=now)
        )
