"""Run the front door beside other work: in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop

from mailhub.app.smtpd import FrontDoor


@contextmanager
def in_a_thread(
    door: FrontDoor, loop: asyncio.AbstractEventLoop | None = None
) -> Iterator[FrontDoor]:
    """The door is open inside of the block, and has stopped in good order after it. Raises what
    `door.start` raises. The loop is uvloop's unless another is handed over."""
    loop = loop or uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="front-door", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(door.start(), loop).result()
        try:
            yield door
        finally:
            asyncio.run_coroutine_threadsafe(door.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
