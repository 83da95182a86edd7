"""Which addresses are known, asked without holding up the loop.

A yes is remembered for some seconds, so that twenty senders to one community cost one query. A no is
never remembered: the community may be founded the moment after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from mailhub.refusals import Refusal

REMEMBERED_SECONDS = 5.0
REMEMBERED = 4_096
THREADS = 4

Knows = Callable[[str], Refusal | None]


class KnownAddresses:
    """Asks `knows(address)` in threads of its own; None from it is a yes."""

    def __init__(self, knows: Knows, patience: float) -> None:
        self._knows = knows
        self._patience = patience
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="known")
        self._until: dict[str, float] = {}
        self._asking: dict[str, asyncio.Future[Refusal | None]] = {}

    async def refusal(self, address: str) -> Refusal | None:
        """Why there is no mail for this address, or None. Raises what `knows` raises, and TimeoutError
        after `patience` seconds."""
        loop = asyncio.get_running_loop()
        if self._until.get(address, 0.0) > loop.time():
            return None
        question = self._asking.get(address)
        if question is None:
            question = loop.run_in_executor(self._threads, self._knows, address)
            self._asking[address] = question
            question.add_done_callback(lambda _: self._asking.pop(address, None))
        # Another session may wait for the same answer: one that gives up must not take it away.
        answer = await asyncio.wait_for(asyncio.shield(question), self._patience)
        if answer is None:
            if len(self._until) >= REMEMBERED:
                self._until.clear()
            self._until[address] = loop.time() + REMEMBERED_SECONDS
        return answer

    def close(self) -> None:
        """Ask no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
