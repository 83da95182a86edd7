"""How often papers are downloaded: counted in memory and written down together, at most once in a while, since
each commit makes all kept pages anew. Who it was is not looked at, but for whether it says that it is a
program. What is counted is written down when the hub stops; what was counted last before a kill is lost."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from mailhub.database import Database
from mailhub.library import reading

log = structlog.get_logger()

WAIT = 60.0  # seconds from the first that is counted until all are written down
MOST = 10_000  # papers in memory
_PROGRAM = re.compile(
    r"bot\b|crawl|spider|slurp|archiver|scan|preview|fetch|monitor|feed|curl|wget|python|java/|go-http|libwww",
    re.IGNORECASE,
)


class Readings:
    """Of one app. Nothing runs while nobody downloads anything."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        zone: str,
        *,
        wait: float = WAIT,
    ) -> None:
        self._database = database
        self._now = now
        self._zone = ZoneInfo(zone)
        self._wait = wait
        self._counted: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def note(self, document_id: int, program: str) -> None:
        """A paper was asked for by a program that calls itself so."""
        if not program or _PROGRAM.search(program[:300]):
            return
        with self._lock:
            if document_id in self._counted or len(self._counted) < MOST:
                self._counted[document_id] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._wait, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write down what was counted. What cannot be written is lost: it is a number, and no more."""
        with self._lock:
            counted, self._counted, self._timer = self._counted, Counter(), None
        if not counted:
            return
        day = self._now().astimezone(self._zone).date()
        try:
            with self._database.writing() as session:
                reading.count(session, counted, day)
        except Exception as error:
            log.warning("readings-lost", papers=len(counted), error=str(error))
