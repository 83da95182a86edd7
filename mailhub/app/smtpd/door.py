"""The front door: the listeners for SMTP and LMTP, and what all their sessions share.

It takes a mail for addresses that are known, hands it to the spool, and says 250 when the spool has
committed it. It reads nothing in the mail, refuses nothing for its words, and sends nothing.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from datetime import datetime

import structlog

from mailhub import refusals
from mailhub.app.figures import Figures
from mailhub.app.smtpd.connection import Connection
from mailhub.app.smtpd.known import KnownAddresses, Knows
from mailhub.app.smtpd.limits import Guests, Limits
from mailhub.app.smtpd.session import LmtpSession, Session
from mailhub.refusals import Refusal
from mailhub.settings import Settings, WrongSettings, host_and_port
from mailhub.spool import Envelope, Spool, SpoolFailed, SpoolFull

BACKLOG = 512

log = structlog.get_logger()


class FrontDoor:
    """Listens where the settings say. `knows(address)` is None where mail for it is taken, else the
    refusal; it is called in threads. All else happens in the loop that runs `start`."""

    def __init__(
        self,
        settings: Settings,
        spool: Spool,
        knows: Knows,
        clock: Callable[[], datetime],
        figures: Figures,
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits(max_mail_bytes=settings.max_mail_bytes)
        self.hostname = settings.domain
        self.clock = clock
        self.figures = figures
        self.tls = _tls(settings)
        self.is_closing = False
        self.bytes_in_hand = 0
        self._settings = settings
        self._spool = spool
        self._known = KnownAddresses(knows, self.limits.lookup_seconds)
        self._guests = Guests(self.limits)
        self._sessions: set[Connection] = set()
        self._keeping: set[asyncio.Task[Refusal | int]] = set()
        self._servers: list[asyncio.Server] = []
        self.smtp_address: tuple[str, int] | None = None
        self.lmtp_address: tuple[str, int] | None = None

    async def start(self) -> None:
        """Listen; raises OSError where an address cannot be had. The addresses really taken stand in
        `smtp_address` and `lmtp_address` then."""
        # aiosmtpd tells every command, with people's addresses, at INFO.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        if self._settings.smtp_listen:
            self.smtp_address = await self._listen(Session, self._settings.smtp_listen)
        if self._settings.lmtp_listen:
            self.lmtp_address = await self._listen(LmtpSession, self._settings.lmtp_listen)

    async def _listen(self, kind: type[Session], where: str) -> tuple[str, int]:
        loop = asyncio.get_running_loop()
        host, port = host_and_port(where)
        server = await loop.create_server(
            lambda: kind(self, loop), host or None, port, backlog=BACKLOG
        )
        self._servers.append(server)
        taken: tuple[str, int] = server.sockets[0].getsockname()[:2]
        log.info("listening", protocol=kind.protocol_name, host=taken[0], port=taken[1])
        return taken

    async def stop(self) -> None:
        """Take nobody in any more, let the mails that are coming in come in, for some seconds; then
        hang up. What is being kept is always waited for."""
        self.is_closing = True
        for server in self._servers:
            server.close()
        await self._wait_until_gone(self.limits.stop_seconds)
        for session in tuple(self._sessions):
            session.hang_up(refusals.CLOSING)
        await self._wait_until_gone(self.limits.linger_seconds)
        self._known.close()

    async def _wait_until_gone(self, seconds: float) -> None:
        """Send away who rests, until all are gone or the time is up and nothing is being kept."""
        loop = asyncio.get_running_loop()
        last = loop.time() + seconds
        while (
            self._keeping
            or any(session.is_keeping for session in self._sessions)  # and has its answer to come
            or (self._sessions and loop.time() < last)
        ):
            for session in tuple(self._sessions):
                if session.is_resting:
                    session.hang_up(refusals.CLOSING)
            await asyncio.sleep(0.02)

    # For the sessions.

    def enter(self, session: Connection) -> bool:
        """A connection comes in; False where there are too many."""
        if not self._guests.enter(session.peer):
            return False
        self._sessions.add(session)
        self.figures.sessions.inc()
        self.figures.sessions_open.inc()
        return True

    def leave(self, session: Connection) -> None:
        """A connection that came in is gone."""
        self._sessions.discard(session)
        self._guests.leave(session.peer)
        self.figures.sessions_open.dec()

    async def refusal_of(self, address: str) -> Refusal | None:
        """Why no mail is taken for this address, or None. A fault of ours costs this recipient a 451
        and not the whole mail: what was sent along behind it would be refused for good."""
        try:
            return await self._known.refusal(address)
        except Exception:
            log.exception("own-fault", command="RCPT", address=address)
            return refusals.OWN_FAULT

    def keep(self, envelope: Envelope, raw: bytes) -> asyncio.Task[Refusal | int]:
        """Spool a mail: the id of its Inbound, or why it was not kept; never an exception. It goes on
        whoever leaves."""
        task = asyncio.get_running_loop().create_task(self._keep(envelope, raw))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        return task

    async def _keep(self, envelope: Envelope, raw: bytes) -> Refusal | int:
        try:
            inbound_id = await asyncio.wrap_future(self._spool.keep(envelope, raw))
        except SpoolFull:
            return refusals.NO_SPACE
        except SpoolFailed:
            return refusals.OWN_FAULT
        except Exception:
            log.exception("own-fault", command="DATA", peer=envelope.peer)
            return refusals.OWN_FAULT
        self.figures.kept.inc()
        self.figures.kept_bytes.inc(len(raw))
        log.info(
            "kept",
            inbound=inbound_id,
            peer=envelope.peer,
            size=len(raw),
            recipients=len(envelope.recipients),
        )
        return inbound_id


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS as the settings have it; WrongSettings where certificate or key cannot be used."""
    if not settings.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except OSError as error:  # which names no file
        files = " and ".join(str(one) for one in (settings.tls_cert, settings.tls_key) if one)
        raise WrongSettings(
            f"MAILHUB_TLS_CERT: {files} cannot be used: {error.strerror or error}"
        ) from None
    return context
