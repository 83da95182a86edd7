"""Keeping a timer while it runs: a thread renews its lease until the block ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from mailhub import beat
from mailhub.database import Database

SECONDS = beat.LEASE.total_seconds() / 4

log = structlog.get_logger()


@contextmanager
def renewed(
    database: Database,
    clock: Callable[[], datetime],
    name: str,
    holder: str,
    *,
    seconds: float = SECONDS,
    told: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """The timer `name` stays this holder's; `told` hears of each time. What fails is tried again: the database
    may be away."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(seconds):
            try:
                if not beat.renew(database, name, holder, clock()):
                    return
                told()
            except Exception as error:
                log.warning("timer-not-renewed", timer=name, error=str(error))

    thread = threading.Thread(target=renew, name=f"renewing-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
