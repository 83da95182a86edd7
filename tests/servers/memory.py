"""A place in memory for what tests write and throw away, where there is enough of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 6 << 30  # bytes, for all processes that test


def in_memory() -> Path | None:
    """The place; None where there is none, it is too small, or programs in it cannot be run."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free > ENOUGH else None
