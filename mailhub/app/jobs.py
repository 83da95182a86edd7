"""Jobs: dramatiq actors that carry ids. The database knows what is done; the broker only wakes.

Without Redis the broker lives in the process. What a broker lost, the sweep finds in the database.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import dramatiq
import structlog
from dramatiq import Broker
from dramatiq.brokers.stub import StubBroker

from mailhub import beat, library
from mailhub.app import digesting
from mailhub.app.renewing import renewed
from mailhub.dispatch import Dispatch
from mailhub.process import Tools, moderating, process

log = structlog.get_logger()

REDIS_SECONDS = 5.0  # until a Redis that says nothing is away
UNTIL_ASKED_AGAIN = timedelta(seconds=2)  # a broker that was away
GROUP = 25  # mails of one job
PROCESSING = 2  # threads of a process that process mail


def broker(redis_url: str) -> Broker:
    """The broker over Redis, or one in this process where no Redis is set. No middleware tries
    again: the outbox and the sweep do."""
    if not redis_url:
        return StubBroker(middleware=[])
    import redis  # only where it is used
    from dramatiq.brokers.redis import RedisBroker
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client = redis.Redis.from_url(
        redis_url,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        # Once, for a connection that was lost meanwhile. Its own way is to wait for seconds, in which
        # a sender would wait too.
        retry=Retry(NoBackoff(), 1),
    )
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
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
        on_outcome: Callable[[str], None] = lambda what: None,
    ) -> None:
        self.broker = over
        self._tools = tools
        self._dispatch = dispatch
        self._clock = clock
        self._on_outcome = on_outcome
        self._asked_again = clock()
        self._near = _Near() if isinstance(over, StubBroker) else None
        self._inbound = self._actor("process_inbound", self._process_inbound)
        self._deliver = self._actor("deliver", self._deliver_outgoing)
        self._index = self._actor("index_document", self._index_document)
        self._timer = self._actor("run_timer", self._run_timer)
        self._decisions = self._actor("act_on_decisions", self._act_on_decisions)

    def _actor(self, name: str, function: Callable[..., None]) -> Any:
        return dramatiq.actor(actor_name=name, queue_name=name, broker=self.broker)(function)

    # Waking: never raises. What cannot be woken now is found by the sweep.

    def wake_inbound(self, ids: Sequence[int]) -> None:
        """These mails were kept and wait to be processed."""
        if self._near is None:
            for start in range(0, len(ids), GROUP):
                self._wake(self._inbound, list(ids[start : start + GROUP]))
        elif self._near.is_to_be_woken_for(ids):
            self._wake(self._inbound, [])

    def wake_late(self, ids: Sequence[int]) -> None:
        """No job has done these mails in time."""
        for start in range(0, len(ids), GROUP):
            self._wake(self._inbound, list(ids[start : start + GROUP]), True)

    def wake_delivery(self, outgoing_id: int) -> None:
        """This mail has deliveries that are due."""
        if self._near is None:
            self._wake(self._deliver, outgoing_id)
        elif not self._near.delivery_is_asked:
            self._near.delivery_is_asked = True
            self._wake(self._deliver, None)

    def wake_index(self, version_id: int) -> None:
        """The words of this version of a document are to be read for the search."""
        self._wake(self._index, version_id)

    def wake_timer(self, name: str) -> None:
        """This timer is due, and was claimed."""
        self._wake(self._timer, name)

    def wake_decisions(self) -> None:
        """What was decided on held mail is to take effect."""
        self._wake(self._decisions)

    def _wake(self, actor: Any, *arguments: Any) -> None:
        if self._clock() < self._asked_again:
            return
        try:
            actor.send(*arguments)
        except Exception as error:
            self._asked_again = self._clock() + UNTIL_ASKED_AGAIN
            log.warning("not-woken", job=actor.actor_name, error=str(error))

    # The work.

    def _process_inbound(self, ids: list[int], late: bool = False) -> None:
        """These mails; none named: of those that wait near."""
        if not ids and self._near is not None:
            ids = self._near.taken()
        if not ids:
            return
        try:
            followed = process(self._tools, ids, self._clock(), late=late)
        except Exception:
            # They are due again later; what is wrong stands in the database too.
            log.exception("processing-failed", inbound=ids)
            return
        finally:
            self.wake_inbound([])
        for inbound_id, what, outgoing in followed.outcomes:
            log.info("processed", inbound=inbound_id, what=what, outgoing=outgoing)
            self._on_outcome(what.partition(":")[0])
        if followed.derived:
            self.wake_inbound(followed.derived)
        for outgoing_id in followed.outgoing:
            self.wake_delivery(outgoing_id)
        for version_id in followed.versions:
            self.wake_index(version_id)

    def _deliver_outgoing(self, outgoing_id: int | None) -> None:
        assert self._dispatch is not None, "a process without a courier takes no delivery jobs"
        if self._near is not None:
            self._near.delivery_is_asked = False  # before it looks: what comes later asks again
        count = self._dispatch.deliver(outgoing_id)
        if count:
            log.info("delivered", outgoing=outgoing_id, copies=count)

    def _index_document(self, version_id: int) -> None:
        library.index_version(self._tools.database, self._tools.blobs, version_id)

    def _act_on_decisions(self) -> None:
        acted = moderating.act(self._tools, self._clock())
        self.wake_inbound(acted.inbound)
        for outgoing_id in acted.outgoing:
            self.wake_delivery(outgoing_id)
        if acted.goes_on:
            self.wake_decisions()

    def _run_timer(self, name: str) -> None:
        try:
            beat.run(
                self._tools,
                digesting.timers(self._tools),
                name,
                self._clock(),
                owner=self._dispatch.owner if self._dispatch else "",
                renewed=partial(renewed, self._tools.database, self._clock),
            )
        except Exception:
            log.exception("timer-failed", timer=name)  # its claim runs out, and it is due again


class _Near:
    """What waits in this very process, where the broker is here too: then one job takes along whatever
    was kept by the time it begins, since a group costs each of its mails less."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[int] = deque()
        self._jobs = 0  # that were asked for and have not begun
        self.delivery_is_asked = False

    def is_to_be_woken_for(self, ids: Sequence[int]) -> bool:
        """Remember these mails too; whether one more job is to be asked for."""
        with self._lock:
            self._kept.extend(ids)
            needed = self._jobs * GROUP < len(self._kept) and self._jobs < PROCESSING
            self._jobs += needed
            return needed

    def taken(self) -> list[int]:
        """Up to GROUP mails, for the job that begins."""
        with self._lock:
            self._jobs -= 1
            return [self._kept.popleft() for _ in range(min(GROUP, len(self._kept)))]
