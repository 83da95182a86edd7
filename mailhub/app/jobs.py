"""Jobs: dramatiq actors that carry ids. The database knows what is done; the broker only wakes.

Without Redis the broker lives in the process. What a broker lost, `sweep` finds in the database.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import dramatiq
import structlog
from dramatiq import Broker
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import func, select, update

from mailhub import library, outbox
from mailhub.dispatch import Dispatch
from mailhub.models import Delivery, Inbound
from mailhub.process import Tools, process

log = structlog.get_logger()

GRACE = timedelta(seconds=5)  # a job gets this long before the sweep looks for its mail
AGAIN = timedelta(seconds=60)  # before the sweep wakes for the same mail once more
GROUP = 25  # mails of one job


def broker(redis_url: str) -> Broker:
    """The broker over Redis, or one in this process where no Redis is set. No middleware tries
    again: the outbox and the sweep do."""
    if not redis_url:
        return StubBroker(middleware=[])
    from dramatiq.brokers.redis import RedisBroker  # only where it is used

    return RedisBroker(  # type: ignore[no-untyped-call]
        url=redis_url,
        middleware=[],
        namespace="mailhub",
        heartbeat_timeout=15_000,
        maintenance_chance=100_000,
    )


class Jobs:
    """The actors of one hub, bound to one broker."""

    def __init__(
        self,
        over: Broker,
        tools: Tools,
        dispatch: Dispatch | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.broker = over
        self._tools = tools
        self._dispatch = dispatch
        self._clock = clock
        self._inbound = self._actor("process_inbound", self._process_inbound)
        self._deliver = self._actor("deliver", self._deliver_outgoing)
        self._index = self._actor("index_document", self._index_document)

    def _actor(self, name: str, function: Callable[..., None]) -> Any:
        return dramatiq.actor(actor_name=name, queue_name=name, broker=self.broker)(function)

    # Waking: never raises. What cannot be woken now is found by the sweep.

    def wake_inbound(self, ids: Sequence[int]) -> None:
        """These mails were kept and wait to be processed."""
        for start in range(0, len(ids), GROUP):
            self._wake(self._inbound, list(ids[start : start + GROUP]))

    def wake_delivery(self, outgoing_id: int) -> None:
        """This mail has deliveries that are due."""
        self._wake(self._deliver, outgoing_id)

    def wake_index(self, version_id: int) -> None:
        """The words of this version of a document are to be read for the search."""
        self._wake(self._index, version_id)

    def _wake(self, actor: Any, *arguments: Any) -> None:
        try:
            actor.send(*arguments)
        except Exception as error:
            log.warning("not-woken", job=actor.actor_name, error=str(error))

    # The work.

    def _process_inbound(self, ids: list[int]) -> None:
        try:
            followed = process(self._tools, ids, self._clock())
        except Exception:
            # They are due again later; what is wrong stands in the database too.
            log.exception("processing-failed", inbound=ids)
            return
        for inbound_id, what in followed.outcomes:
            log.info("processed", inbound=inbound_id, what=what)
        for outgoing_id in followed.outgoing:
            self.wake_delivery(outgoing_id)
        for version_id in followed.versions:
            self.wake_index(version_id)

    def _deliver_outgoing(self, outgoing_id: int) -> None:
        assert self._dispatch is not None, "a process without a courier takes no delivery jobs"
        count = self._dispatch.deliver(outgoing_id)
        if count:
            log.info("delivered", outgoing=outgoing_id, copies=count)

    def _index_document(self, version_id: int) -> None:
        library.index_version(self._tools.database, self._tools.blobs, version_id)


def sweep(tools: Tools, jobs: Jobs, now: datetime) -> int:
    """Find in the database what no job is at work on, and wake; how many deliveries may go twice."""
    jobs.wake_inbound(_late_inbound(tools, now))
    repeated = _recover(tools, now)
    with tools.database.reading() as session:
        due = session.scalars(
            select(Delivery.outgoing_id)
            .where(Delivery.state.in_(outbox.DUE_STATES), Delivery.due_at <= now - GRACE)
            .distinct()
            .limit(100)
        ).all()
    for outgoing_id in due:
        jobs.wake_delivery(outgoing_id)
    for version_id in library.unread(tools.database, now - AGAIN):
        jobs.wake_index(version_id)
    return repeated


def _late_inbound(tools: Tools, now: datetime) -> list[int]:
    late = (Inbound.state == "waiting", Inbound.due_at <= now - GRACE)
    with tools.database.reading() as session:
        if session.scalar(select(Inbound.id).where(*late).limit(1)) is None:
            return []
    with tools.database.writing() as session:
        chosen = select(Inbound.id).where(*late).order_by(Inbound.due_at).limit(500)
        woken = session.scalars(
            update(Inbound)
            .where(Inbound.id.in_(chosen))
            .values(due_at=now + AGAIN)
            .returning(Inbound.id)
            .execution_options(synchronize_session=False)
        )
        return sorted(woken)


def _recover(tools: Tools, now: datetime) -> int:
    with tools.database.reading() as session:
        owners = session.execute(
            select(Delivery.owner, func.min(Delivery.lease_until))
            .where(Delivery.state.in_(("claimed", "sending")))
            .group_by(Delivery.owner)
        ).all()
    dead = [owner for owner, _ in owners if _is_dead(owner)]
    if not dead and all(lease is None or lease >= now for _, lease in owners):
        return 0
    with tools.database.writing() as session:
        return outbox.recover(session, now, dead)


def _is_dead(owner: str) -> bool:
    """Whether an owner on this machine has ended; of another machine its lease alone tells."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
