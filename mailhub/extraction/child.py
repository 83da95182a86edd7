"""The child process: `python -m mailhub.extraction.child CPU_SECONDS`.

It limits itself before it reads anything, then answers one file after the other until its input
ends. It opens nothing and writes nothing but the answers.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import BinaryIO

from mailhub.extraction import ASK, MAX_MEMORY, MAX_TEXT, OUTCOMES, TELL, formats


def main(cpu_seconds: int, asked: BinaryIO, told: BinaryIO) -> None:
    """Answer until there is nothing more to read."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    while header := asked.read(ASK.size):
        name, kind, size = ASK.unpack(header)
        filename = asked.read(name).decode("utf-8", "replace")
        media_type = asked.read(kind).decode("utf-8", "replace")
        content = asked.read(size)
        # The kernel counts all that this process has used: each file gets its seconds anew.
        used = int(time.process_time()) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds, hard))
        # Some of them are kept to tell what was read before they ran out.
        until = time.process_time() + 0.8 * cpu_seconds
        text, outcome = _read(filename, media_type, content, until)
        octets = text.encode("utf-8", "replace")
        told.write(TELL.pack(OUTCOMES.index(outcome), len(octets)) + octets)
        told.flush()


def _read(filename: str, media_type: str, content: bytes, until: float) -> tuple[str, str]:
    pieces: list[str] = []
    length = 0
    outcome = "read"
    try:
        for piece in formats.pieces(filename, media_type, content):
            pieces.append(piece)
            length += len(piece) + 1
            if length > MAX_TEXT or time.process_time() > until:
                break
    except formats.NoText as reason:
        outcome = str(reason)
    except MemoryError:
        outcome = "too-much"
    except Exception:  # whatever a stranger's file makes of the libraries that read it
        outcome = "broken"
    text = "\n".join(pieces)[:MAX_TEXT]
    if outcome == "read" and not text.strip():
        outcome = "no-text"
    return text, outcome


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
