"""What waits, in and out: the figures of `mailhub queue status` and of /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from mailhub.database import Database
from mailhub.models import Delivery, Hold, Inbound, constant
from mailhub.outbox import IS_HELD, MAY_BE_DUE


def figures(session: Session, now: datetime) -> dict[str, int]:
    """How many mails and deliveries wait; "waiting" is what is due now or at work."""

    def count(*criteria: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*criteria)) or 0

    waiting = Inbound.state == constant("waiting")
    return {
        "inbound_waiting": count(waiting, or_(Inbound.tries == 0, Inbound.due_at <= now))
        + count(Hold.acts_at.is_not(None), Hold.acts_at <= now),  # decided, and not yet done
        "deliveries_waiting": count(
            MAY_BE_DUE,
            or_(Delivery.state == "queued", Delivery.due_at <= now),
        )
        + count(IS_HELD),
        "deliveries_deferred": count(
            MAY_BE_DUE, Delivery.state == "deferred", Delivery.due_at > now
        ),
        "held": count(Hold.state == constant("waiting")),
        "failed": count(Inbound.state == constant("failed")),
        "inbound_deferred": count(waiting, Inbound.tries > 0, Inbound.due_at > now),
        "deliveries_failed": count(Delivery.state == constant("failed")),
    }


class WaitingCollector(Collector):
    """The same figures for Prometheus, counted when they are asked for."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """One gauge with a label for each figure."""
        gauge = GaugeMetricFamily("mailhub_waiting", "What waits, by kind", labels=["kind"])
        with self._database.reading() as session:
            for kind, number in figures(session, self._clock()).items():
                gauge.add_metric([kind], number)
        yield gauge
