"""What comes after DATA: octets, up to the one mark that ends a mail (RFC 5321, 4.1.1.4).

The mark is CR LF . CR LF and nothing else. A dot alone between other line ends is written by somebody
who wants a second mail to be read out of this one further on (SMTP smuggling): such a mail is
refused. A bare CR or LF elsewhere is kept as it came. Lines may have any length.
"""

from __future__ import annotations

LINE_END = b"\r\n"
LAST_LINE = b".\r\n"
END = LINE_END + LAST_LINE
SMUGGLING = (b"\n.\n", b"\n.\r", b"\r.\n", b"\r.\r")


class Intake:
    """One mail as it comes in, block by block. What is too large is counted and not kept."""

    def __init__(self, max_bytes: int) -> None:
        self._most = max_bytes + len(LAST_LINE)
        self._blocks: list[bytes] = []
        # The mark may lie across blocks. Before the first one stands the line of DATA itself.
        self._tail = LINE_END
        self.size = 0  # octets that came
        self.held = 0  # of them in memory
        self.is_dropped = False
        self.smuggles = False

    @property
    def is_too_large(self) -> bool:
        """Whether more came than `max_bytes`, the last line not counted."""
        return self.size > self._most

    def feed(self, block: bytes) -> bytes | None:
        """Take a block in. None while the mail goes on; else what came behind its end."""
        text = self._tail + block
        at = text.find(END)
        if at < 0:
            # Not at the last octet: LF . CR may yet become the end.
            self._look(text, len(text) - 1)
            self._take(block)
            self._tail = text[1 - len(END) :]
            return None
        self._look(text, at + len(LINE_END))
        end = at + len(END) - len(self._tail)
        self._take(block[:end])
        return block[end:]

    def drop(self) -> None:
        """Forget what came, and take no more of it into memory."""
        self._blocks.clear()
        self.held = 0
        self.is_dropped = True

    def raw(self) -> bytes:
        """The mail once its end has come, its dots no longer doubled; b"" where it was dropped."""
        stuffed = b"".join(self._blocks)[: -len(LAST_LINE)]
        self.drop()
        return stuffed.replace(b"\r\n.", b"\r\n").removeprefix(b".")

    def _look(self, text: bytes, end: int) -> None:
        # Block by block: over the whole of a large mail at its end it would hold up everybody.
        if not self.smuggles and any(text.find(mark, 0, end) >= 0 for mark in SMUGGLING):
            self.smuggles = True
            self.drop()

    def _take(self, block: bytes) -> None:
        self.size += len(block)
        if self.is_too_large:
            self.drop()
        if not self.is_dropped:
            self._blocks.append(block)
            self.held += len(block)
