"""One connection to the relay: bytes out, replies in, never blocking.

What takes time is a generator (a `Dialog`) that yields what it waits for, POLLIN or POLLOUT, and is
resumed when that is there; `due` says until when it will wait. So a conversation reads from top to
bottom, and one thread holds many. Trouble of every kind is `Lost`.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mailhub.courier.copies import Copy
from mailhub.courier.outcomes import Features
from mailhub.courier.replies import NoReply, Replies, Reply

READ, WRITE = select.POLLIN, select.POLLOUT
_BLOCK = 65_536
_ONE_RECORD = 16_384  # what fits into one TLS record is joined for it

T = TypeVar("T")
Dialog = Generator[int, None, T]
Clock = Callable[[], float]
SocketAddress = tuple[int, tuple[object, ...]]  # family, address


class Lost(Exception):
    """The connection is no more, or no longer understood. The text says why, as an outcome does."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds; shorter than RFC 5321 4.5.3.2 asks of MTAs, for a relay that is near."""

    connect: float = 10  # for each address of the relay
    command: float = 60  # greeting, handshake, and each answer to a command
    data: float = 120  # each piece of a body to be taken, and the answer to all of it


class Connection:
    """A socket to the relay, and what is under way on it."""

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
        self.replies = Replies()
        self._clock = clock
        self._sock: socket.socket | None = None
        self._tls: ssl.SSLSocket | None = None
        self._broken = ""

    def fileno(self) -> int:
        return -1 if self._sock is None else self._sock.fileno()

    def connect(self, addresses: Iterable[SocketAddress], place: str) -> Dialog[None]:
        """Opens to the first address that answers; Lost where none does. `place` is for words."""
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
                words = str(trouble).removeprefix("4.4.2 ")
            self.close()
        raise Lost(f"4.4.1 no connection to {place}: {words}")

    def start_tls(self, context: ssl.SSLContext, host: str) -> Dialog[None]:
        """From here on encrypted; Lost where the certificate does not hold."""
        if self.replies:  # injected before the encryption began: CVE-2011-0411
            raise Lost("4.7.5 the relay spoke before TLS began")
        assert self._sock is not None
        self.due = self._clock() + self.timeouts.command
        try:
            self._sock = self._tls = context.wrap_socket(
                self._sock, server_hostname=host, do_handshake_on_connect=False
            )
            while True:
                try:
                    return self._tls.do_handshake()
                except ssl.SSLWantReadError:
                    yield READ
                except ssl.SSLWantWriteError:
                    yield WRITE
        except (OSError, ValueError) as trouble:
            raise Lost(f"4.7.5 TLS: {trouble}") from None

    def write(self, parts: Sequence[bytes]) -> Dialog[None]:
        """Writes all parts, without joining or copying what is large.

        Where the other side takes no more, this ends as if it had: the relay's last words may be
        waiting to be read. But then no reply counts as a yes any more.
        """
        left = sum(map(len, parts))
        if self._tls and left <= _ONE_RECORD:
            parts = (b"".join(parts),)
        self.due = self._clock() + self.timeouts.data
        while True:
            try:
                gone = self._put(parts)
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

    def reply(self, patience: float) -> Dialog[Reply]:
        """The next reply, which must be there in `patience` seconds, however slowly it comes.

        421 is Lost whatever it answers: the other side goes away (RFC 5321 3.8).
        """
        self.due = self._clock() + patience
        try:
            while (reply := self.replies.next()) is None:
                yield from self._receive()
        except NoReply as trouble:
            raise Lost(f"4.5.0 {trouble}") from None
        if reply.code == 421:
            raise Lost(reply.words)
        if self._broken and reply.code < 400:
            raise Lost(self._broken)
        return reply

    def is_quiet(self) -> bool:
        """Whether a kept connection looks alive: nothing came, not even its end."""
        if self._sock is None or self.replies:
            return False
        poller = select.poll()
        poller.register(self._sock, READ)
        return not poller.poll(0)

    def close(self, farewell: bytes = b"") -> None:
        """Closes at once. A farewell that cannot be said at once is not said."""
        if self._sock is not None:
            with contextlib.suppress(OSError):
                if farewell:
                    self._sock.send(farewell)
            with contextlib.suppress(OSError):
                self._sock.close()
            self._sock = None

    def _put(self, parts: Sequence[bytes]) -> int:
        assert self._sock is not None
        return self._tls.send(parts[0]) if self._tls else self._sock.sendmsg(parts)

    def _receive(self) -> Dialog[None]:
        assert self._sock is not None
        if not (self._tls and self._tls.pending()):
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
        self.replies.feed(block)


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
