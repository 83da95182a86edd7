"""The transcripts beside this file, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Transcript:
    """A mail with what must be read in it."""

    name: str
    wanted: tuple[str, ...]
    mail: bytes


def transcripts() -> Iterator[Transcript]:
    """All of them, in the order of the files."""
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        for block in f"\n{path.read_text('utf-8')}".split("\n=== ")[1:]:
            name, *lines = block.split("\n")
            count = next(i for i, line in enumerate(lines) if not line.startswith("> "))
            wanted = tuple(line.removeprefix("> ") for line in lines[:count])
            mail = "\n".join(lines[count:]).rstrip("\n") + "\n"
            yield Transcript(f"{path.stem}/{name}", wanted, mail.encode())
