"""Replies: a stranger's octets in, replies out (RFC 5321 4.2).

Bounded: a line of over 4,096 octets, a reply of over 100 lines, or what has no code is `NoReply`.
Lines may end with a bare LF. Nothing here reads a socket.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from mailhub.courier.outcomes import cleaned

LONGEST_LINE = 4_096
MOST_LINES = 100


class NoReply(ValueError):
    """What came is no SMTP reply."""


class Reply(NamedTuple):
    """One reply: its code, 200 to 599, and its lines, each with the code in front."""

    code: int
    lines: list[bytes]

    @property
    def words(self) -> str:
        """All of it in one cleaned line, the code once."""
        if len(self.lines) == 1:
            return cleaned(self.lines[0])
        return cleaned(b" ".join([self.lines[0][:3], *(line[4:].strip() for line in self.lines)]))


class Replies:
    """What came and was not yet read."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque()
        self._begun: list[bytes] = []  # the lines of a reply whose last one is not there yet
        self._rest = b""

    def __bool__(self) -> bool:
        """Whether anything lies here, were it half a reply."""
        return bool(self._lines or self._begun or self._rest)

    def feed(self, block: bytes) -> None:
        """Takes in what was received, at most 64 KB or so at a time."""
        block = self._rest + block
        *lines, self._rest = block.split(b"\n")
        if len(block) > LONGEST_LINE and max(map(len, (*lines, self._rest))) > LONGEST_LINE:
            raise NoReply("the relay's reply has no end")
        self._lines.extend(lines)

    def next(self) -> Reply | None:
        """The next reply, None where it is not there completely."""
        while self._lines:
            line = self._lines.popleft()
            self._begun.append(line)
            if line[3:4] != b"-":
                lines, self._begun = self._begun, []
                return _understood(lines)
            if len(self._begun) == MOST_LINES:
                raise NoReply("the relay's reply has no end")
        return None


def _understood(lines: list[bytes]) -> Reply:
    code = lines[0][:3]
    if not (code.isdigit() and b"200" <= code <= b"599"):
        raise NoReply(f"what the relay said is no reply: {cleaned(lines[0])}")
    if len(lines) > 1 and any(line[:3] != code for line in lines):
        raise NoReply("the relay's reply has two codes")
    return Reply(int(code), lines)
