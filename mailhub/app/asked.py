"""How many questions were sent lately, for /metrics: they have a limit for all in an hour, which one
sender could use up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mailhub.database import Database
from mailhub.membership import requests

LATELY = timedelta(hours=1)


class AskedCollector(Collector):
    """A gauge, counted when it is asked for."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Questions of an hour to everybody."""
        with self._database.reading() as session:
            asked = requests.asked_since(session, self._clock() - LATELY)
        yield GaugeMetricFamily(
            "mailhub_questions_asked", "Questions sent within an hour", value=asked
        )
