"""Folders of servers. Each has the number of its process in its name, so that those that were left behind can be
known: a run that was killed removes nothing, and some of it lies in memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def folder_of(server: str, within: Path | None = None) -> Path:
    """A new folder for a server of this process; those of processes that are dead are removed."""
    parent = within or Path(tempfile.gettempdir())
    for left in parent.glob(f"mailhub-{server}-*-*"):
        number = left.name.split("-")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"mailhub-{server}-{os.getpid()}-", dir=parent))
