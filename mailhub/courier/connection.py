"""One connection to the relay: bytes out, replies in, never blocking.

What takes time is a generator (a `Dialog`) that yields what it waits for, POLLIN or POLLOUT, and is
resumed when that is there; `due` says until when it will wait. So that a conversation reads from
top to bottom, and one thread holds many. Trouble of every kind is `Lost`.

It refuses replies with lines over 4,096 octets, over 100 lines or without a code.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from mailhub.courier.copies import Copy
from mailhub.courier.outcomes import Features, cleaned

READ, WRITE = select.POLLIN, select.POLLOUT
LONGEST_LINE, MOST_LINES = 4_096, 100
_BLOCK = 65_536
_ONE_RECORD = 16_384  # what fits a TLS record is joined to one

T = TypeVar("T")
Dialog = Generator[int, None, T]
Clock = Callable[[], float]


class Lost(Exception):
    """The connection is no more, or no longer understood. The text says why."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds; shorter than RFC 5321 4.5.3.2 asks of MTAs, for a relay that is near."""

    connect: float = 10
    command: float = 60
    data: float = 120


class Reply(NamedTuple):
    """One reply: its code and its lines, each with the code in front."""

    code: int
    lines: list[bytes]

    @property
    def words(self) -> str:
        """All of it in one cleaned line, the code once."""
        if len(self.lines) == 1:
            return cleaned(self.lines[0])
        return cleaned(b" ".join([self.lines[0][:3], *(line[4:].strip() for line in self.lines)]))


class Connection:
    """A socket to the relay, its unread replies, and what was learned of the other side."""

    def __init__(self, timeouts: Timeouts, clock: Clock, lmtp: bool = False) -> None:
        self.timeouts = timeouts
        self.lmtp = lmtp
        self.due = 0.0  # when what is waited for must be there, by the clock
        self.open = False  # the introduction is over
        self.used = False  # it was kept from an earlier batch
        self.kept_at = 0.0  # by the clock
        self.features = Features()
        self.answered = 0  # copies of this batch that got an answer of their own here
        self.asking: Copy | None = None  # its commands are out
        self.awaiting: Copy | None = None  # its body is out
        self._clock = clock
        self._sock: socket.socket | None = None
        self._tls = False
        self._broken = ""
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def fileno(self) -> int:
        return -1 if self._sock is None else self._sock.fileno()

    def connect(self, addresses: Iterable[tuple[int, tuple[object, ...]]]) -> Dialog[None]:
        """Opens to the first of (family, address) that answers; Lost where none does."""
        words = "no address"
        for family, address in addresses:
            self.due = self._clock() + self.timeouts.connect
            try:
                self._sock = socket.socket(family, socket.SOCK_STREAM)
                self._sock.setblocking(False)
                self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                error = self._sock.connect_ex(address)
                if error:
                    yield WRITE
                    error = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not error:
                    return
                words = os.strerror(error)
            except (OSError, Lost) as trouble:  # Lost: its time was up
                words = str(trouble)
            self.close()
        raise Lost(f"4.4.1 no connection to the relay: {words}")

    def start_tls(self, context: ssl.SSLContext, host: str) -> Dialog[None]:
        """From here on encrypted; Lost where the certificate does not hold."""
        if self._lines or self._rest:
            raise Lost(
                "4.7.5 the relay spoke before TLS began"
            )  # an injected answer: CVE-2011-0411
        assert self._sock is not None
        self.due = self._clock() + self.timeouts.command
        try:
            self._sock = tls = context.wrap_socket(
                self._sock, server_hostname=host, do_handshake_on_connect=False
            )
            self._tls = True
            while True:
                try:
                    tls.do_handshake()
                    return
                except ssl.SSLWantReadError:
                    yield READ
                except ssl.SSLWantWriteError:
                    yield WRITE
        except (OSError, ValueError) as trouble:
            raise Lost(f"4.7.5 TLS: {trouble}") from None

    def write(self, parts: Sequence[bytes]) -> Dialog[None]:
        """Writes all parts, without joining what is large.

        If the other side no longer takes them this only ends: its last words may be waiting to be
        read. No reply after that counts as a yes.
        """
        assert self._sock is not None
        left = sum(map(len, parts))
        send = self._sock.sendmsg
        if self._tls:
            send = self._send_one  # type: ignore[assignment]
            if left <= _ONE_RECORD:
                parts = (b"".join(parts),)
        self.due = self._clock() + self.timeouts.data
        while True:
            try:
                gone = send(parts)
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield WRITE
                continue
            except ssl.SSLWantReadError:
                yield READ
                continue
            except OSError as trouble:
                self._broken = f"4.4.2 {trouble}"
                return
            left -= gone
            if not left:
                return
            parts = _behind(parts, gone)
            self.due = self._clock() + self.timeouts.data

    def _send_one(self, parts: Sequence[bytes]) -> int:
        assert self._sock is not None
        return self._sock.send(parts[0])

    def reply(self, patience: float) -> Dialog[Reply]:
        """The next reply, which must be there in `patience` seconds.

        421 is Lost whatever it answers: the other side goes away (RFC 5321 3.8).
        """
        lines = self._lines
        self.due = self._clock() + patience
        taken: list[bytes] = []
        while True:
            while lines:
                line = lines.popleft()
                taken.append(line)
                if line[3:4] != b"-":
                    return self._understood(taken)
                if len(taken) == MOST_LINES:
                    raise Lost("4.5.0 the relay's reply has no end")
            yield from self._receive()

    def _understood(self, taken: list[bytes]) -> Reply:
        code = taken[0][:3]
        if not (code.isdigit() and b"200" <= code <= b"599") or any(
            line[:3] != code for line in taken
        ):
            raise Lost(f"4.5.0 what the relay said is no reply: {cleaned(taken[0])}")
        reply = Reply(int(code), taken)
        if code == b"421":
            raise Lost(reply.words)
        if self._broken and code < b"400":
            raise Lost(self._broken)
        return reply

    def _receive(self) -> Dialog[None]:
        assert self._sock is not None
        if not (self._tls and self._sock.pending()):  # type: ignore[attr-defined]
            yield READ
        try:
            block = self._sock.recv(_BLOCK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except ssl.SSLWantWriteError:
            yield WRITE
            return
        except OSError as trouble:
            raise Lost(self._broken or f"4.4.2 {trouble}") from None
        if not block:
            raise Lost(self._broken or "4.4.2 the relay closed the connection")
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE or any(len(line) > LONGEST_LINE for line in lines):
            raise Lost("4.5.0 the relay's reply has no end")
        self._lines.extend(lines)

    @property
    def unasked(self) -> bool:
        """Whether a reply lies here that nothing was said to: then no reply can be trusted."""
        return bool(self._lines or self._rest)

    def is_quiet(self) -> bool:
        """Whether a kept connection looks alive: nothing came, not even its end."""
        if self._sock is None or self.unasked:
            return False
        poller = select.poll()
        poller.register(self._sock, READ)
        return not poller.poll(0)

    def close(self, farewell: bytes = b"") -> None:
        """Closes at once. What could not be said at once is not said."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                if farewell:
                    self._sock.send(farewell)
            with contextlib.suppress(OSError):
                self._sock.close()
            self._sock = None


def _behind(parts: Sequence[bytes], gone: int) -> list[bytes]:
    """What is left of the parts behind the first `gone` octets, without copying them."""
    rest: list[bytes] = []
    for part in parts:
        if gone >= len(part):
            gone -= len(part)
        else:
            rest.append(memoryview(part)[gone:])  # type: ignore[arg-type]
            gone = 0
    return rest
