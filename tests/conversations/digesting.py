"""Digests in conversations: time goes on at a word."""

from __future__ import annotations

from datetime import datetime, timedelta

from digests import run
from mailhub.app.digesting import DOORS
from mailhub.app.hub import clock
from mailhub.app.sweep import GRACE
from tests.conversations.people import RunningHub

WEEK = timedelta(days=7, minutes=2)


class Calendar:
    """Makes the digests of times to come; they are sent at once."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub
        self.now = clock()
        self._run()  # from now on there are schedules, and whoever joins them

    def passes(self, time: timedelta = WEEK) -> None:
        """This much time goes by."""
        self.now += time
        self._run()

    def _run(self) -> None:
        tools = self._hub.hub.tools
        self._hub.settle()
        run.run(tools.database, tools.site, DOORS, self.now, clock() - GRACE)
        self._hub.settle()


def at(text: str) -> datetime:
    """A moment."""
    return datetime.fromisoformat(text)
