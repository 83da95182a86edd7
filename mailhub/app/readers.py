"""Reading while many mails wait: in a child process, beside the one that files them, since reading
costs as much as filing. A few mails are read where they are; then there is no child at all. So are
those that come while it starts."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Lock

from mailhub.children import end_with_parent
from mailhub.letter import Letter
from mailhub.process.work import read_here
from mailhub.reading import read

MANY = 8  # mails of one group
MAX_BYTES = 1 << 20  # of one group; to carry more costs more than it saves
CHILDREN = 1


class Readers:
    """One for a process; used by several threads."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._started: Future[list[Letter]] | None = None
        self._lock = Lock()

    def read(self, raws: Sequence[bytes]) -> list[Letter]:
        """The letters of some mails, in their order. If the child dies they are read here."""
        if len(raws) < MANY or sum(map(len, raws)) > MAX_BYTES:
            return read_here(raws)
        try:
            child = self._child()
            return child.submit(_read_all, list(raws)).result() if child else read_here(raws)
        except (BrokenProcessPool, RuntimeError, OSError):
            self.close()
            return read_here(raws)

    def close(self) -> None:
        """End the child, if there is one; a later group makes a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _child(self) -> ProcessPoolExecutor | None:
        """The child, once it has started."""
        with self._lock:
            if self._pool is None:
                # Spawned, not forked: the threads of this process hold locks.
                self._pool = ProcessPoolExecutor(
                    CHILDREN, multiprocessing.get_context("spawn"), initializer=end_with_parent
                )
                self._started = self._pool.submit(_read_all, [])
            ready = self._started is not None and self._started.done()
            return self._pool if ready else None


def _read_all(raws: list[bytes]) -> list[Letter]:
    return [read(raw) for raw in raws]
