"""A sign of life: a file of each worker and scheduler, touched as long as it does its work, so that
whatever watches over the process sees one that hangs. Its age is all that it says."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol


class _Thread(Protocol):
    def is_alive(self) -> bool: ...


class SignOfLife:
    """Of one role on one machine, in `folder`: `HOSTNAME.ROLE`."""

    def __init__(self, folder: Path, role: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{socket.gethostname()}.{role}"

    def beat(self, threads: Iterable[_Thread] = ()) -> None:
        """It works, if all these threads live. A full disk is no reason to end."""
        if all(thread.is_alive() for thread in threads):
            with suppress(OSError):
                self._path.touch()

    def end(self) -> None:
        """It has stopped in good order."""
        self._path.unlink(missing_ok=True)


def ages(folder: Path, now: datetime) -> dict[str, float]:
    """Seconds since the latest sign of life of each role, on any machine that shares the folder."""
    found: dict[str, float] = {}
    for path in folder.glob("*.*"):
        with suppress(FileNotFoundError):
            age = now.timestamp() - path.stat().st_mtime
            role = path.suffix[1:]
            found[role] = min(age, found.get(role, age))
    return found
