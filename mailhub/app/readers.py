"""Reading while many mails wait: in a child process, beside the one that files them, since reading
costs as much as filing. A few mails are read where they are; then there is no child at all."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
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
        self._lock = Lock()

    def read(self, raws: Sequence[bytes]) -> list[Letter]:
        """The letters of some mails, in their order. If the child dies they are read here."""
        if len(raws) < MANY or sum(map(len, raws)) > MAX_BYTES:
            return read_here(raws)
        try:
            return self._child().submit(_read_all, list(raws)).result()
        except (BrokenProcessPool, RuntimeError, OSError):
            self.close()
            return read_here(raws)

    def close(self) -> None:
        """End the child, if there is one; a later group makes a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _child(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Spawned, not forked: the threads of this process hold locks.
                self._pool = ProcessPoolExecutor(
                    CHILDREN, multiprocessing.get_context("spawn"), initializer=end_with_parent
                )
            return self._pool


def _read_all(raws: list[bytes]) -> list[Letter]:
    return [read(raw) for raw in raws]
