"""What came back lately, for /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mailhub import returns
from mailhub.database import Database

LATELY = timedelta(days=1)


class ReturnedCollector(Collector):
    """Gauges, counted when they are asked for."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Returns of a day by what they are, and the addresses that are paused now."""
        returned = GaugeMetricFamily(
            "mailhub_returned", "What came back in a day, by what it is", labels=["kind"]
        )
        with self._database.reading() as session:
            counts = returns.counts(session, self._clock() - LATELY)
            paused = returns.paused(session)
        for kind, number in counts.items():
            returned.add_metric([kind], number)
        yield returned
        yield GaugeMetricFamily(
            "mailhub_addresses_paused", "Addresses to which nothing is sent any more", value=paused
        )
