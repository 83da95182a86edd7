"""Links to sign in are sent after the page was answered, by a thread of its own: how long the page takes says
nothing of who is known here.

Of several who ask for one address the last one waits, and those who wait are bounded. Who waits when the process
ends asks again: nobody was promised anything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Condition, Thread

import structlog

from mailhub.database import cause_of

MOST = 5_000
LONGEST = 1.0  # seconds until the clock is looked at again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asking:
    """A browser that wants a link for an address."""

    address: str  # folded
    browser: str
    known_browser: bool


class Invitations:
    """`send` mails one link, or says when it may be tried again."""

    def __init__(
        self, send: Callable[[Asking], datetime | None], now: Callable[[], datetime]
    ) -> None:
        self._send = send
        self._now = now
        self._waiting: OrderedDict[tuple[str, bool], tuple[datetime, Asking]] = OrderedDict()
        self._changed = Condition()
        self._busy = False

    def ask(self, asking: Asking) -> None:
        """Have a link sent as soon as one may go to this address."""
        key = asking.address, asking.known_browser
        with self._changed:
            due, _ = self._waiting.pop(key, (self._now(), None))
            self._waiting[key] = due, asking
            if len(self._waiting) > MOST:
                self._waiting.popitem(last=False)
            if not self._busy:
                self._busy = True
                Thread(target=self._run, name="invitations", daemon=True).start()
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until nobody waits who could be sent a link now; whether that is so."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._busy or not self._due_now(), timeout=seconds
            )

    def _due_now(self) -> bool:
        now = self._now()
        return any(due <= now for due, _ in self._waiting.values())

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._busy = False
                    self._changed.notify_all()
                    return
                now = self._now()
                key, (due, asking) = min(self._waiting.items(), key=lambda one: one[1][0])
                if due > now:
                    self._changed.wait(min((due - now).total_seconds(), LONGEST))
                    continue
            again = self._attempt(asking)
            with self._changed:
                last = self._waiting.get(key, (due, asking))[1]
                if again is not None:  # whoever asked last meanwhile
                    self._waiting[key] = again, last
                elif last is asking:
                    self._waiting.pop(key, None)
                self._changed.notify_all()

    def _attempt(self, asking: Asking) -> datetime | None:
        try:
            return self._send(asking)
        except Exception as error:
            log.error("sign-in-not-sent", error=str(cause_of(error)))
            return None
