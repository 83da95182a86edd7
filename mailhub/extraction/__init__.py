"""The text of documents, for the search.

A stranger's file is read in a child process that cannot hurt this one: its memory, its time and what
it gives back are limited, and one that breaks its limits is killed and another started. One child
reads a whole batch.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import mailhub

MAX_TEXT = 1_000_000  # characters of one document
MAX_MEMORY = 512 << 20  # octets of address space
CPU_SECONDS = 10
WALL_SECONDS = 40  # on a machine that has other work too
MAX_NAME = 1_000

# To the child: the lengths of name, media type and content, then these. From it: an outcome, the
# length of the text, the text in UTF-8.
ASK = struct.Struct(">HHQ")
TELL = struct.Struct(">BI")
OUTCOMES = ("read", "no-text", "encrypted", "broken", "too-much")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, and how that went: one of OUTCOMES. Text may be there in any of them."""

    text: str
    outcome: str


class CannotExtract(Exception):
    """No child could be started: no fault of the file. Try again later."""


class Extractor:
    """Reads files one after the other in a child process, which is started when first needed."""

    def __init__(
        self, *, cpu_seconds: int = CPU_SECONDS, wall_seconds: float = WALL_SECONDS
    ) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def text(self, filename: str, media_type: str, content: bytes) -> Extracted:
        """The text of a file; "too-much" where the child broke its limits on it."""
        name, kind = filename[:MAX_NAME].encode(), media_type[:MAX_NAME].encode()
        asked = ASK.pack(len(name), len(kind), len(content)) + name + kind + content
        with self._lock:
            child = self._started()
            # The child may die while it is still being written to, or be killed by the timer.
            timer = threading.Timer(self._wall_seconds, child.kill)
            timer.start()
            try:
                told = _exchange(child, asked)
            finally:
                killed = not timer.is_alive()
                timer.cancel()
            # What has used up its memory once may lack it for the next file too.
            if killed or told is None or told.outcome == "too-much":
                self._stop()
            return told or Extracted("", "too-much")

    def close(self) -> None:
        """Ends the child. The next file starts another."""
        with self._lock:
            self._stop()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            try:
                self._child = subprocess.Popen(
                    [sys.executable, "-m", f"{__name__}.child", str(self._cpu_seconds)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": str(Path(mailhub.__file__).parents[1])},
                    cwd="/",
                )
            except OSError as error:
                raise CannotExtract(str(error)) from error
        return self._child

    def _stop(self) -> None:
        if self._child is None:
            return
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:  # what was not yet written has nowhere to go
                    pass
        self._child = None


def _exchange(child: subprocess.Popen[bytes], asked: bytes) -> Extracted | None:
    """What the child tells; None where it ended before it told."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(asked)
        child.stdin.flush()
    except OSError:
        return None
    header = child.stdout.read(TELL.size)
    if len(header) < TELL.size:
        return None
    outcome, length = TELL.unpack(header)
    if length > 4 * MAX_TEXT or outcome >= len(OUTCOMES):
        return None
    text = child.stdout.read(length)
    return (
        Extracted(text.decode("utf-8", "replace"), OUTCOMES[outcome])
        if len(text) == length
        else None
    )
