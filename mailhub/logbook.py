"""The logbook: what the relay has taken, written down at once, before the database is told.

Outcomes are committed a hundred at a time. Where a process is killed between the relay's yes and that
commit, its logbook still says which copies went, so that they do not go twice. Each owner has a file
of its own in one folder and holds a lock on it, which the kernel lets go when the owner ends, however
it ends: a file that nobody holds is a dead owner's. It is never synced: after a power cut a copy may
go twice. It refuses to stand in the way: what cannot be written is not written.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Logbook:
    """The logbook of one owner, in `folder`; for all its threads."""

    def __init__(self, folder: Path, owner: str) -> None:
        self.owner = owner
        folder.mkdir(parents=True, exist_ok=True)
        # Locked before it has the name under which others look for it.
        new = folder / f".{owner}"
        self._descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._path = new.replace(folder / owner)
        self._lock = threading.Lock()
        self._batches = 0
        self._not_kept: list[int] = []  # noted in batches whose outcomes the database has not

    @contextmanager
    def batch(self) -> Iterator[Callable[[int], None]]:
        """Around a batch and the commit of its outcomes; gives what notes a copy that the relay has.
        Once no batch is open, nothing need be known but what was noted where a block raised."""
        noted: list[int] = []

        def taken(delivery_id: int) -> None:
            noted.append(delivery_id)
            self._write(delivery_id)

        with self._lock:
            self._batches += 1
        try:
            yield taken
        except BaseException:
            self._not_kept += noted
            raise
        finally:
            with self._lock:
                self._batches -= 1
                if not self._batches:
                    with suppress(OSError):
                        os.ftruncate(self._descriptor, 0)
                    self._write(*self._not_kept)

    def _write(self, *ids: int) -> None:
        with suppress(OSError):  # a full disk
            os.write(self._descriptor, b"".join(b"%d\n" % one for one in ids))

    def close(self) -> None:
        """This owner has nothing left that anybody must know."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def left_behind(folder: Path) -> dict[str, set[int]]:
    """The dead owners of this folder, each with what the relay took from it."""
    found = {}
    for path in folder.glob("[!.]*") if folder.is_dir() else ():
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # BlockingIOError: it lives
            lines = file.read().split(b"\n")[:-1]  # the last may be half a number
            found[path.name] = {int(line) for line in lines if line.isdigit()}
    return found


def forget(folder: Path, owners: Iterable[str]) -> None:
    """What dead owners left behind is in the database now."""
    for owner in owners:
        (folder / owner).unlink(missing_ok=True)
