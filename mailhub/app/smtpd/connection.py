"""One connection: its stream, its time, and the frame of the conversation.

aiosmtpd brings the streams and the state of a connection. The loop is ours: the stock one answers a
fault with 500 and its text, cancels what it does when the time is up, and lets a session last for
ever. Here everything is bounded, a fault of ours is 451, and whatever is said last is said before the
line is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn

import structlog
from aiosmtpd.smtp import SMTP

from mailhub import refusals
from mailhub.app.smtpd.intake import Intake
from mailhub.refusals import Refusal

if TYPE_CHECKING:
    from mailhub.app.smtpd.door import FrontDoor

BLOCK = 65_536
MAX_COMMAND_LINE = 2_048

log = structlog.get_logger()


class Over(Exception):
    """The session ends now; its last answer has been given."""


class Connection(SMTP):
    """What is the same whatever the commands are; they stand in `session.py`."""

    protocol_name = "ESMTP"
    verbs: dict[str, Callable[[Any, str], Awaitable[None]]]
    transport: asyncio.Transport | None
    line_length_limit = BLOCK  # of the stream: how far it reads ahead, not what a mail may have

    def __init__(self, door: FrontDoor, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(None, hostname=door.hostname, enable_SMTPUTF8=True, loop=loop)
        self.door = door
        self.limits = door.limits
        self.peer = ""
        self.is_resting = False  # between two mails, waiting for a command
        self.is_keeping = False  # a mail is being committed
        self._is_guest = False
        self._helo = ""
        self._is_secure = False
        self._mail_from: str | None = None
        self._is_utf8 = False
        self._recipients: list[str] = []
        self._held = 0  # octets of a mail that is coming in
        self._mails = 0
        self._commands = 0
        self._refusals = 0
        self._no_new_mail_after = loop.time() + self.limits.session_seconds
        self._deadline = loop.time() + self.limits.idle_seconds

    def __dir__(self) -> list[str]:
        """Nothing: the frame looks through it, 200 µs a connection, for commands and logins of its
        own, and is to find none."""
        return []

    # The connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The frame begins to run the session."""
        peername = transport.get_extra_info("peername")
        self.peer = str(peername[0]).removeprefix("::ffff:") if peername else ""
        self._is_guest = self.door.enter(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The frame cancels what the session was doing; a mail that is being kept is not part of it."""
        super().connection_lost(error)
        if self._is_guest:
            self.door.leave(self)

    def eof_received(self) -> bool | None:
        """A peer that has said everything may still listen: it gets its answers."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def hang_up(self, refusal: Refusal) -> None:
        """End the session from outside, whatever it waits for."""
        if self.transport is None or self.transport.is_closing():
            return
        log.info("hung-up", reason=refusal.name, peer=self.peer)
        self.door.figures.refused.labels(refusal.name).inc()
        self.transport.write(refusal.reply.encode() + b"\r\n")
        self._close()

    def _close(self) -> None:
        transport = self.transport
        if transport is not None and not transport.is_closing():
            transport.close()
            # Closing waits for a peer that does not read; this does not. The frame cancels the
            # handle once the connection is gone.
            if self._timeout_handle:
                self._timeout_handle.cancel()
            self._timeout_handle = self.loop.call_later(self.limits.linger_seconds, transport.abort)

    # Time: one timer looks at one deadline, and away while a mail is being kept.

    def _reset_timeout(self, duration: float | None = None) -> None:
        self._timeout_handle = self.loop.call_later(self.limits.watch_seconds, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() >= self._deadline and not self.is_keeping:
            self.hang_up(refusals.TOO_SLOW)
        else:
            self._reset_timeout()

    def wait_at_most(self, seconds: float) -> None:
        """From now on the session has so much time until it hangs up, or asks for more."""
        self._deadline = self.loop.time() + seconds

    # The conversation.

    async def _handle_client(self) -> None:
        try:
            if not self._is_guest:
                await self._end(refusals.TOO_BUSY)
            await self.push(f"220 {self.hostname} {self.protocol_name} mailhub")
            while (line := await self._next_line()) is not None:
                await self._obey(line)
        except (Over, OSError):  # OSError: the line is cut
            pass
        finally:
            self._close()

    async def _next_line(self) -> bytes | None:
        """The next command, without its line end; None when the peer has said everything."""
        self.wait_at_most(self.limits.idle_seconds)
        self.is_resting = self._mail_from is None
        try:
            return (await self._reader.readuntil(b"\n")).rstrip(b"\r\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError:
            await self._end(refusals.LINE_TOO_LONG)
        finally:
            self.is_resting = False

    async def _obey(self, line: bytes) -> None:
        if self.door.is_closing and self._mail_from is None:
            await self._end(refusals.CLOSING)
        self._commands += 1
        if self._commands > self.limits.commands:
            await self._end(refusals.TOO_MANY_COMMANDS)
        verb, _, argument = line.decode("utf-8", "replace").partition(" ")
        verb = verb.upper()
        if len(line) > MAX_COMMAND_LINE:
            await self.refuse(refusals.LINE_TOO_LONG)
        elif verb not in self.verbs:
            await self.refuse(refusals.UNKNOWN_COMMAND)
        else:
            try:
                await self.verbs[verb](self, argument.strip())
            except (Over, OSError):  # OSError: the line is cut
                raise
            except Exception:
                log.exception("own-fault", peer=self.peer, command=verb)
                self._forget_mail()
                await self.refuse(refusals.OWN_FAULT)

    async def refuse(self, refusal: Refusal, times: int = 1, **facts: str) -> None:
        """Answer with a refusal, which the log tells with its facts; too many end the session."""
        sender = self._mail_from
        log.info("refused", reason=refusal.name, peer=self.peer, mail_from=sender, **facts)
        self.door.figures.refused.labels(refusal.name).inc()
        await self.push("\r\n".join([refusal.reply] * times))
        # A sender with many recipients is told so for each, and has done no wrong.
        self._refusals += refusal is not refusals.TOO_MANY_RECIPIENTS
        if self._refusals > self.limits.refusals:
            await self._end(refusals.TOO_MANY_REFUSALS)

    async def _end(self, refusal: Refusal) -> NoReturn:
        log.info("hung-up", reason=refusal.name, peer=self.peer)
        self.door.figures.refused.labels(refusal.name).inc()
        await self.push(refusal.reply)
        raise Over

    def _forget_mail(self) -> None:
        self._mail_from = None
        self._is_utf8 = False
        self._recipients = []

    # The stream.

    async def read_mail(self) -> bytes | Refusal:
        """The mail up to its end, or why not. A fault of ours in here ends the session: what is left
        in the stream would be taken for commands."""
        intake = Intake(self.limits.max_mail_bytes)
        try:
            rest = await self._fill(intake)
        except (Over, OSError):  # OSError: the line is cut
            raise
        except Exception:
            log.exception("own-fault", peer=self.peer, command="DATA")
            await self._end(refusals.OWN_FAULT)
        if rest:
            # Commands sent along with the mail (PIPELINING): back to where they are read from.
            self._reader._buffer[:0] = rest  # type: ignore[attr-defined]
        if intake.is_too_large:
            return refusals.too_large(self.limits.max_mail_bytes)
        if intake.smuggles:
            return refusals.BARE_LINE_END
        if intake.is_dropped:
            return refusals.NO_SPACE
        return intake.raw()

    async def _fill(self, intake: Intake) -> bytes:
        """Read until the mail ends; what came behind its end."""
        over = self.loop.time() + self.limits.mail_seconds
        rest = None
        while rest is None:
            self.wait_at_most(min(self.limits.block_seconds, over - self.loop.time()))
            block = await self._reader.read(BLOCK)
            if not block:
                raise Over  # gone in the middle of a mail, which nobody was told we have
            rest = intake.feed(block)
            self._hold(intake.held)
            if self.door.bytes_in_hand > self.limits.bytes_in_hand:
                intake.drop()
            if intake.size > 2 * self.limits.max_mail_bytes + BLOCK:
                # It may well never end.
                await self._end(refusals.too_large(self.limits.max_mail_bytes))
        return rest

    def _hold(self, octets: int) -> None:
        self.door.bytes_in_hand += octets - self._held
        self._held = octets

    def _speak_through(self, secured: asyncio.Transport) -> None:
        """Put the streams on the transport that TLS gave. Python 3.11 has no public way to do it."""
        self._is_secure = True
        self._over_ssl = True
        self.transport = secured
        self._reader._transport = secured  # type: ignore[attr-defined]
        self._writer = asyncio.StreamWriter(secured, self, self._reader, self.loop)
