"""Conversations: many dialogs led side by side by one thread, each resumed when its time has come."""

from __future__ import annotations

import select
from collections.abc import Iterator
from dataclasses import dataclass

from mailhub.courier.connection import Clock, Connection, Dialog, Lost


@dataclass(slots=True)
class _Talk:
    link: Connection
    dialog: Dialog[None]
    descriptor: int = -1
    waits: int = 0


class Conversations:
    """The dialogs under way. `end` is when all of them must be over, by the clock."""

    def __init__(self, clock: Clock, end: float) -> None:
        self.out_of_time = False
        self._clock = clock
        self._end = end
        # poll and not epoll: a few descriptors, none of which the kernel may remember by itself.
        self._poller = select.poll()
        self._talks: dict[int, _Talk] = {}
        self._over: list[tuple[Connection, Lost | None]] = []

    def __bool__(self) -> bool:
        return bool(self._talks or self._over)

    def start(self, link: Connection, dialog: Dialog[None]) -> None:
        """Leads a dialog as far as it goes without waiting."""
        self._resume(_Talk(link, dialog))

    def step(self) -> Iterator[tuple[Connection, Lost | None]]:
        """Waits until something happens and goes on there. Gives the dialogs that are over, each with
        what it was lost by, or None."""
        if self._talks:
            due = min(min(talk.link.due for talk in self._talks.values()), self._end)
            wait = 0.0 if self._over else max(0.0, due - self._clock())
            for descriptor, _ in self._poller.poll(wait * 1000):
                self._resume(self._talks[descriptor])
            now = self._clock()
            if now >= due:
                self._stop_the_late(now)
        over, self._over = self._over, []
        yield from over

    def close(self) -> None:
        """Cuts off what is under way."""
        for talk in self._talks.values():
            talk.dialog.close()
            talk.link.close()
        self._talks.clear()

    def _stop_the_late(self, now: float) -> None:
        self.out_of_time = now >= self._end
        for talk in list(self._talks.values()):
            if self.out_of_time or now >= talk.link.due:
                self._resume(talk, Lost("4.4.2 the relay did not answer in time"))

    def _resume(self, talk: _Talk, trouble: Lost | None = None) -> None:
        try:
            waits = talk.dialog.throw(trouble) if trouble else talk.dialog.send(None)
        except StopIteration:
            self._forget(talk)
            self._over.append((talk.link, None))
        except Lost as lost:
            self._forget(talk)
            self._over.append((talk.link, lost))
        else:
            descriptor = talk.link.fileno()
            if waits != talk.waits or descriptor != talk.descriptor:
                self._forget(talk)
                self._poller.register(descriptor, waits)
                self._talks[descriptor] = talk
                talk.descriptor, talk.waits = descriptor, waits

    def _forget(self, talk: _Talk) -> None:
        if self._talks.pop(talk.descriptor, None):
            self._poller.unregister(talk.descriptor)
