"""Bulletins that are under way, for /metrics."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from digests.bulletins import keeping
from mailhub.database import Database


class BulletinsCollector(Collector):
    """A gauge, counted when it is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """How many are queued or going, by form."""
        found = GaugeMetricFamily(
            "mailhub_bulletins", "Bulletins that are queued or going", labels=["form"]
        )
        with self._database.reading() as session:
            for form, number in keeping.under_way(session).items():
                found.add_metric([form], number)
        yield found
