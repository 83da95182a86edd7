"""The mails of several mboxes, in the order in which they were received.

In that order each one's ancestors are there when it is filed, and of two copies the first comes
first. Only numbers are kept of each mail: an archive of a million takes 70 MB.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from mailhub.mbox import Archived, Mbox, Span

MAX_MAIL = 64 * 1024 * 1024  # octets
_NO_TIME = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Found:
    """How much there is to move in."""

    files: int
    mails: int
    too_large: int  # mails over MAX_MAIL, which are left out


class Stack:
    """Several mboxes, open together. They are looked through once; then each mail is read at its
    turn."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """NotAnMbox or OSError, where one of them cannot be read; all of them are looked at first."""
        self._boxes: list[Mbox] = []
        try:
            for path in paths:
                self._boxes.append(Mbox(path))
        except BaseException:
            self.close()
            raise
        self._times = array("q")
        self._box = array("q")
        self._starts = array("q")
        self._ends = array("q")
        too_large = 0
        for number, box in enumerate(self._boxes):
            for span in box.spans():
                if span.end - span.start > MAX_MAIL:
                    too_large += 1
                    continue
                self._times.append(int(span.at.timestamp()) if span.at else _NO_TIME)
                self._box.append(number)
                self._starts.append(span.start)
                self._ends.append(span.end)
        self.found = Found(len(self._boxes), len(self._times), too_large)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for box in self._boxes:
            box.close()

    def __iter__(self) -> Iterator[Archived]:
        for number in sorted(range(len(self._times)), key=self._times.__getitem__):
            at = self._times[number]
            when = None if at == _NO_TIME else datetime.fromtimestamp(at, UTC)
            span = Span(self._starts[number], self._ends[number], when)
            yield self._boxes[self._box[number]].read(span)
