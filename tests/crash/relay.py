"""A relay that remembers every copy that it was given, and those whose answer may not have arrived.

It offers PIPELINING and is quick enough to be flooded. It can be shut and opened again on the same
port, and can refuse recipients.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable

from tests.servers.running import free_port

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
_EHLO = b"250-relay\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"

Copy = tuple[str, str]  # recipient, Message-ID
Refuses = Callable[[str], bytes | None]  # what RCPT is answered instead of yes


class RememberingRelay:
    """`with RememberingRelay() as relay:` listens on `relay.port`."""

    def __init__(self, refuses: Refuses = lambda recipient: None, pause: float = 0.0) -> None:
        """`pause` is how long it thinks before it answers for a mail, in seconds."""
        self.refuses = refuses
        self.pause = pause
        self.copies: Counter[Copy] = Counter()  # answered 250
        self.in_flight: Counter[Copy] = Counter()  # the last of a connection that broke off
        self.port = free_port()
        self._came = threading.Condition()
        self._sessions: set[_Session] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> RememberingRelay:
        self._thread.start()
        self.open()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def open(self) -> None:
        """Take connections."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def shut(self) -> None:
        """Take none and break off those there are."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()

    @property
    def came(self) -> int:
        """How many copies it took so far."""
        with self._came:
            return self.copies.total()

    def wait_for(self, at_least: int, within: float) -> None:
        """Wait until so many copies came; AssertionError when the time is up."""
        with self._came:
            there = self._came.wait_for(lambda: self.copies.total() >= at_least, within)
            assert there, f"{self.copies.total()} of {at_least} copies in {within} s"

    def twice(self) -> Counter[Copy]:
        """What came more than once, and how often too often."""
        with self._came:
            return Counter({copy: n - 1 for copy, n in self.copies.items() if n > 1})

    def take(self, copy: Copy) -> None:
        """For the sessions: a copy is answered 250 now."""
        with self._came:
            self.copies[copy] += 1
            self._came.notify_all()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Session(self, self._sessions), "127.0.0.1", self.port
        )

    async def _shut(self) -> None:
        if self._server:
            self._server.close()
        for session in tuple(self._sessions):
            session.transport.abort()
        await asyncio.sleep(0)


class _Session(asyncio.Protocol):
    def __init__(self, relay: RememberingRelay, sessions: set[_Session]) -> None:
        self._relay = relay
        self._sessions = sessions
        self._rest = bytearray()
        self._recipient = ""
        self._in_body = False
        self._last: Copy | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._sessions.add(self)
        transport.write(b"220 relay\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        self._sessions.discard(self)
        if self._last:
            self._relay.in_flight[self._last] += 1

    def data_received(self, block: bytes) -> None:
        self._rest += block
        answers = bytearray()
        while answer := self._next():
            answers += answer
        if answers:
            self.transport.write(answers)

    def _next(self) -> bytes:
        """Take the next command or body; what is answered, "" where it is not there completely."""
        mark = b"\r\n.\r\n" if self._in_body else b"\r\n"
        end = self._rest.find(mark)
        if end < 0:
            return b""
        piece = bytes(self._rest[:end])
        del self._rest[: end + len(mark)]
        return self._mail(piece) if self._in_body else self._command(piece)

    def _mail(self, body: bytes) -> bytes:
        found = _MESSAGE_ID.search(body)
        assert found, body[:500]
        self._in_body = False
        self._last = self._recipient, found[1].decode()
        if self._relay.pause:
            copy = self._last
            asyncio.get_running_loop().call_later(self._relay.pause, self._answer_late, copy)
            return b""
        self._relay.take(self._last)
        return b"250 2.0.0 Remembered\r\n"

    def _answer_late(self, copy: Copy) -> None:
        if not self.transport.is_closing():
            self._relay.take(copy)
            self.transport.write(b"250 2.0.0 Remembered\r\n")
            self.data_received(b"")

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return _EHLO
        if verb == b"RCPT":
            recipient = line.partition(b"<")[2].partition(b">")[0].decode()
            refusal = self._relay.refuses(recipient)
            self._recipient = "" if refusal else recipient
            return refusal or b"250 2.1.5 Ok\r\n"
        if verb == b"DATA":
            self._in_body = bool(self._recipient)
            return b"354 Go on\r\n" if self._in_body else b"554 5.5.1 No recipient\r\n"
        if verb == b"QUIT":
            self._last = None
            self.transport.close()
            return b"221 2.0.0 Bye\r\n"
        return b"250 2.0.0 Ok\r\n"
