"""The beat: one table of timers, for what must happen at its time though no mail comes.

Each timer has a row that says when it is due. The scheduler claims what is due and wakes a job with its
name; the job takes it, runs it and writes when it is due next. One that is taken is nobody else's while its
holder lives, who renews it (`renewing`) as long as it runs. One whose holder died, or which waited for a job when
a process died, is due again at once where that is known (`take_over`), else, as where Redis lost its job, once its
LEASE is over; so it may run late, or on another machine, and a second
time for what was left: what it does it does in transactions of its own, and what is done is not done again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from mailhub.database import Database
from mailhub.models import Timer as Row
from mailhub.process import Tools, ending, escalating, keeping, moderating, returning

LEASE = timedelta(minutes=1)  # renewed as long as a timer runs
AGAIN = timedelta(minutes=10)  # until one that failed is tried once more
CLAIMED = "claimed"  # nobody runs it yet


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
            .values(due_at=now + LEASE, holder=CLAIMED)
            .returning(Row.name)
            .execution_options(synchronize_session=False)
        )
    return sorted(claimed)


def run(
    tools: Tools,
    timers: tuple[Timer, ...],
    name: str,
    now: datetime,
    *,
    owner: str = "",
    renewed: Callable[[str, str], AbstractContextManager[None]] | None = None,
) -> bool:
    """Run one that was claimed, and set it to its next time; False where another has it, or it is not
    claimed any more. `owner` names this process; `renewed(name, holder)` keeps it as long as the block goes on. One that this
    version does not know, as an older process may have woken it, is left alone."""
    timer = next((timer for timer in timers if timer.name == name), None)
    if timer is None:
        return False
    holder = f"{owner} {secrets.token_hex(8)}"
    with tools.database.writing() as session:
        taken = session.execute(
            update(Row)
            .where(
                Row.name == name,
                or_(Row.holder == CLAIMED, and_(Row.holder != "", Row.due_at <= now)),
            )
            .values(holder=holder, due_at=now + LEASE)
            .returning(Row.ran_at)
            .execution_options(synchronize_session=False)
        ).first()
    if taken is None:
        return False
    try:
        with renewed(name, holder) if renewed else nullcontext():
            timer.run(tools, taken.ran_at, now)
    except Exception:
        _set(tools.database, name, holder, due_at=now + AGAIN, holder=CLAIMED)
        raise
    _set(tools.database, name, holder, due_at=timer.after(now), ran_at=now, holder="")
    return True


def _set(database: Database, name: str, whose: str, **values: datetime | str) -> None:
    """Set a timer that is this holder's still."""
    with database.writing() as session:
        session.execute(update(Row).where(Row.name == name, Row.holder == whose).values(**values))


def renew(database: Database, name: str, holder: str, now: datetime) -> bool:
    """Keep a timer that is running for another LEASE; False where it is somebody else's by now."""
    with database.writing() as session:
        kept = session.scalar(
            update(Row)
            .where(Row.name == name, Row.holder == holder)
            .values(due_at=now + LEASE)
            .returning(Row.name)
            .execution_options(synchronize_session=False)
        )
    return kept is not None


def take_over(
    session: Session, dead: Collection[str], now: datetime, *, claimed: bool = False
) -> None:
    """What these owners were running is due now, since they are dead; with `claimed` also what waits for a job,
    which may be lost with them."""
    of_dead = [Row.holder.startswith(f"{owner} ", autoescape=True) for owner in dead]
    lost = [*of_dead, *([Row.holder == CLAIMED] if claimed else [])]
    if lost:
        session.execute(
            update(Row)
            .where(or_(*lost))
            .values(due_at=now, holder=CLAIMED)
            .execution_options(synchronize_session=False)
        )
