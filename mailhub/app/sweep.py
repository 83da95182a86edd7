"""The sweep: finds in the database what no job is at work on, and wakes; timers that are due, too.

It runs every second, and first of all when the hub starts: then whatever waits has lost its job. What
it wakes for is bounded, since it may be work that is only slow: a backlog must not grow by being seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from mailhub import beat, holds, library, logbook, outbox
from mailhub.app import digesting
from mailhub.app.jobs import Jobs
from mailhub.models import Delivery, Inbound, constant
from mailhub.process import Tools

GRACE = timedelta(seconds=5)  # a job gets this long before the sweep looks for its mail
# The same for the copies of what no job queued: timers, pages and commands. One more job that finds
# nothing costs little.
COPIES_GRACE = timedelta(seconds=1)
AGAIN = timedelta(seconds=15)  # before it wakes for the same mail once more
INDEX_AGAIN = timedelta(seconds=60)  # before it looks for papers once more that nobody has read
MAILS = 500  # of one sweep
OCTETS = 16 * 1024 * 1024  # of the mails of one waking, which one job may have in memory together


class Sweep:
    """Of one hub. `owners` is where the logbooks lie; without `jobs`, where nobody would take one, it
    only takes back what dead owners left."""

    def __init__(self, tools: Tools, jobs: Jobs | None, owners: Path) -> None:
        self._tools = tools
        self._database = tools.database
        self._jobs = jobs
        self._owners = owners
        self._has_begun = False
        self._next_index: datetime | None = None

    def run(self, now: datetime) -> int:
        """Wake what is late; how many deliveries may go a second time."""
        repeated = self._recover(now)
        if self._jobs is not None:
            self._wake(self._jobs, now)
            self._has_begun = True
        return repeated

    def _wake(self, jobs: Jobs, now: datetime) -> None:
        if not self._has_begun:
            self._make_due(now)
        for ids in _portions(self._late_inbound(now)):
            jobs.wake_late(ids)
        self._wake_delivery(jobs, now - COPIES_GRACE if self._has_begun else now)
        self._wake_index(jobs, now)
        with self._database.reading() as session:
            decided = holds.is_due(session, now)
        if decided:
            jobs.wake_decisions()
        for name in beat.claim(self._database, digesting.timers(self._tools), now):
            jobs.wake_timer(name)

    def _make_due(self, now: datetime) -> None:
        """Mails and timers for which an earlier hub had woken wait no longer; those that failed do."""
        with self._database.writing() as session:
            beat.take_over(session, (), now, claimed=True)
            session.execute(
                update(Inbound)
                .where(Inbound.state == constant("waiting"), Inbound.tries == 0, Inbound.begun == 0)
                .values(due_at=now - GRACE)
                .execution_options(synchronize_session=False)
            )

    def _late_inbound(self, now: datetime) -> list[tuple[int, int, bool]]:
        """(mail, its octets, whether a process may have died of it)"""
        late = (Inbound.state == constant("waiting"), Inbound.due_at <= now - GRACE)
        with self._database.reading() as session:
            if session.scalar(select(Inbound.id).where(*late).limit(1)) is None:
                return []
        with self._database.writing() as session:
            oldest = select(Inbound.id).where(*late).order_by(Inbound.due_at, Inbound.id)
            woken = session.execute(
                update(Inbound)
                .where(Inbound.id.in_(oldest.limit(MAILS)))
                .values(due_at=now + AGAIN)
                .returning(Inbound.id, Inbound.size, Inbound.begun > 0)
                .execution_options(synchronize_session=False)
            )
            return sorted((mail, size, bool(suspect)) for mail, size, suspect in woken)

    def _recover(self, now: datetime) -> int:
        dead = logbook.left_behind(self._owners)
        with self._database.reading() as session:
            lease = session.scalar(select(func.min(Delivery.lease_until)).where(outbox.IS_HELD))
        if not dead and (lease is None or lease >= now):
            return 0
        with self._database.writing() as session:
            repeated = outbox.recover(session, now, dead)
            # What waits for a job may have been given to the dead; a second job finds it done.
            beat.take_over(session, dead, now, claimed=bool(dead))
        logbook.forget(self._owners, dead)
        return repeated

    def _wake_delivery(self, jobs: Jobs, before: datetime) -> None:
        """One job is enough: it sends whatever is due. One more a second, if it is not done by then."""
        due = (
            select(Delivery.outgoing_id)
            .where(outbox.MAY_BE_DUE, Delivery.due_at <= before)
            .order_by(Delivery.due_at)
            .limit(1)
        )
        with self._database.reading() as session:
            outgoing_id = session.scalar(due)
        if outgoing_id is not None:
            jobs.wake_delivery(outgoing_id)

    def _wake_index(self, jobs: Jobs, now: datetime) -> None:
        if self._next_index and now < self._next_index:
            return
        unread = library.unread(self._database, now - INDEX_AGAIN)
        for version_id in unread:
            jobs.wake_index(version_id)
        self._next_index = now + INDEX_AGAIN if unread else None


def _portions(mails: list[tuple[int, int, bool]]) -> Iterator[list[int]]:
    """The ids, apart where their mails are too much together, as the spool commits them; one that may
    take its process with it is alone."""
    portion: list[int] = []
    octets = 0
    for mail_id, size, suspect in mails:
        if suspect:
            yield [mail_id]
            continue
        if portion and octets + size > OCTETS:
            yield portion
            portion, octets = [], 0
        portion.append(mail_id)
        octets += size
    if portion:
        yield portion
