"""Feeds are read in a child process of limited memory and time: what was made to take long takes no more
than that, and hurts nothing here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import mailhub
from mailhub.syndication import reading
from mailhub.syndication.reading import Read
from mailhub.syndication.trouble import Trouble

CPU_SECONDS = 5
WALL_SECONDS = 25  # on a machine that has other work too
MAX_MEMORY = 512 << 20
MAX_TOLD = 2 << 20  # octets
NO_FEED = 3  # the child's exit status


def parsed(body: bytes, content_type: str, url: str) -> Read | None:
    """The feed in these octets, None where there is none; Trouble where reading it broke its limits."""
    header = f"{content_type}\n{url}\n".encode()
    try:
        child = subprocess.run(
            [sys.executable, "-m", "mailhub.syndication.child"],
            input=header + body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            env={**os.environ, "PYTHONPATH": str(Path(mailhub.__file__).parents[1])},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Trouble("unreadable") from None
    if child.returncode == NO_FEED:
        return None
    if child.returncode or len(child.stdout) > MAX_TOLD:
        raise Trouble("unreadable")
    return reading.of_json(child.stdout.decode())
