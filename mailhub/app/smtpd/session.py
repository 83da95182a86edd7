"""The commands of SMTP and what they answer (RFC 5321); LMTP's few differences (RFC 2033).

None of the stock ones is used: they take 90 µs to read an address, hold a line without end in memory,
and their answers have no enhanced codes. There is no AUTH, since nobody logs in to post; VRFY and
EXPN tell nothing; BDAT is not offered.
"""

from __future__ import annotations

import asyncio

from mailhub import refusals
from mailhub.app.smtpd.arguments import cleaned, is_usable, path
from mailhub.app.smtpd.connection import Connection, Over, log
from mailhub.refusals import Refusal
from mailhub.spool import Envelope

BODIES = frozenset({"7BIT", "8BITMIME"})
HANDSHAKE_SECONDS = 30.0


class Session(Connection):
    """An SMTP session at the front door."""

    async def helo(self, argument: str) -> None:
        """Take the name it gives itself."""
        if not argument:
            return await self.refuse(refusals.WRONG_SYNTAX)
        self._helo = cleaned(argument)
        self._forget_mail()
        await self.push(f"250 {self.hostname}")

    async def ehlo(self, argument: str) -> None:
        """The same, and say what we can."""
        if not argument:
            return await self.refuse(refusals.WRONG_SYNTAX)
        self._helo = cleaned(argument)
        self._forget_mail()
        can = [
            "PIPELINING",
            f"SIZE {self.limits.max_mail_bytes}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        ]
        if self.door.tls and not self._is_secure:
            can.insert(2, "STARTTLS")
        *lines, last = (self.hostname, *can)
        await self.push("\r\n".join([*(f"250-{line}" for line in lines), f"250 {last}"]))

    async def mail_from(self, argument: str) -> None:
        """Begin a mail."""
        if not self._helo or self._mail_from is not None:
            return await self.refuse(refusals.WRONG_ORDER)
        if self._mails >= self.limits.mails:
            await self._end(refusals.TOO_MANY_MAILS)
        if self.loop.time() >= self._no_new_mail_after:
            await self._end(refusals.TOO_SLOW)
        given = path(argument, "FROM:")
        if given is None:
            return await self.refuse(refusals.WRONG_SYNTAX)
        parameters = given.parameters
        if parameters.keys() - {"SIZE", "BODY", "SMTPUTF8"}:
            return await self.refuse(refusals.UNKNOWN_PARAMETER)
        size = parameters.get("SIZE", "0")
        if (
            not (size.isascii() and size.isdigit() and len(size) <= 20)
            or parameters.get("BODY", "7BIT").upper() not in BODIES
            or parameters.get("SMTPUTF8")
        ):
            return await self.refuse(refusals.WRONG_SYNTAX)
        if int(size) > self.limits.max_mail_bytes:
            return await self.refuse(refusals.too_large(self.limits.max_mail_bytes))
        if given.address and not is_usable(given.address):
            return await self.refuse(refusals.BAD_SENDER)
        if not given.address.isascii() and "SMTPUTF8" not in parameters:
            return await self.refuse(refusals.NEEDS_SMTPUTF8)
        self._mail_from = given.address
        self._is_utf8 = "SMTPUTF8" in parameters
        await self.push("250 2.1.0 Go on")

    async def rcpt_to(self, argument: str) -> None:
        """Take a recipient whom we know, now or never: nobody is sent a bounce later."""
        if self._mail_from is None:
            return await self.refuse(refusals.WRONG_ORDER)
        given = path(argument, "TO:")
        if given is None:
            return await self.refuse(refusals.WRONG_SYNTAX)
        if given.parameters:
            return await self.refuse(refusals.UNKNOWN_PARAMETER)
        address = given.address
        if address.lower() == "postmaster":  # RFC 5321, 4.5.1
            address = f"{address}@{self.hostname}"
        if not is_usable(address):
            return await self.refuse(refusals.BAD_ADDRESS)
        if not address.isascii() and not self._is_utf8:
            return await self.refuse(refusals.NEEDS_SMTPUTF8)
        if len(self._recipients) >= self.limits.recipients:
            return await self.refuse(refusals.TOO_MANY_RECIPIENTS)
        refusal = await self.door.refusal_of(address)
        if refusal:
            return await self.refuse(refusal, recipient=address)
        self._recipients.append(address)
        await self.push("250 2.1.5 Go on")

    async def data(self, argument: str) -> None:
        """Take the mail itself. 250 means that it is committed."""
        if self._mail_from is None:
            return await self.refuse(refusals.WRONG_ORDER)
        if not self._recipients:
            return await self.refuse(refusals.NO_RECIPIENTS)
        if argument:
            return await self.refuse(refusals.WRONG_SYNTAX)
        await self.push("354 Go on, and end with <CR><LF>.<CR><LF>")
        try:
            await self._take_mail()
        finally:
            self._hold(0)
            self._forget_mail()

    async def _take_mail(self) -> None:
        taken = await self.read_mail()
        mail_from, recipients = self._mail_from or "", self._recipients
        if isinstance(taken, Refusal):
            return await self._refuse_mail(taken, recipients)
        # Neither the timer nor the door's closing may come between the commit and its answer; if the
        # peer leaves, the commit goes on.
        self.is_keeping = True
        to = tuple(dict.fromkeys(recipients))
        envelope = Envelope(
            self.peer, self._helo, mail_from, to, self.door.clock(), self.protocol_name
        )
        answer = await asyncio.shield(self.door.keep(envelope, taken))
        self.is_keeping = False
        self.wait_at_most(self.limits.idle_seconds)
        if isinstance(answer, Refusal):
            return await self._refuse_mail(answer, recipients)
        self._mails += 1
        self._commands = self._refusals = 0
        await self._confirm_mail(answer, recipients)

    async def _refuse_mail(self, refusal: Refusal, recipients: list[str]) -> None:
        await self.refuse(refusal)

    async def _confirm_mail(self, inbound_id: int, recipients: list[str]) -> None:
        await self.push(f"250 2.0.0 Kept as {inbound_id}")

    async def rset(self, argument: str) -> None:
        """Forget the mail that was begun."""
        self._forget_mail()
        await self.push("250 2.0.0 Forgotten")

    async def noop(self, argument: str) -> None:
        """Nothing; counted all the same."""
        await self.push("250 2.0.0 Yes")

    async def vrfy(self, argument: str) -> None:
        """Say nothing about anybody (RFC 5321, 7.3)."""
        await self.push("252 2.1.5 Send a mail and see")

    async def expn(self, argument: str) -> None:
        """Nor about who is in a list."""
        await self.refuse(refusals.UNKNOWN_COMMAND)

    async def help(self, argument: str) -> None:
        """The commands there are."""
        await self.push(f"214 2.0.0 {' '.join(sorted(self.verbs))}")

    async def quit(self, argument: str) -> None:
        """Goodbye."""
        await self.push("221 2.0.0 Goodbye")
        raise Over

    async def starttls(self, argument: str) -> None:
        """Go on encrypted, as if nothing had been said (RFC 3207)."""
        transport = self.transport
        if self.door.tls is None or transport is None:
            return await self.refuse(refusals.UNKNOWN_COMMAND)
        if argument:
            return await self.refuse(refusals.WRONG_SYNTAX)
        if self._is_secure:
            return await self.refuse(refusals.WRONG_ORDER)
        # What was sent along in the clear may be anybody's: it is not read. No await until the stream
        # belongs to TLS, so that nothing more can come in.
        self._reader._buffer.clear()  # type: ignore[attr-defined]
        self._writer.write(b"220 2.0.0 Go on\r\n")
        try:
            secured = await self.loop.start_tls(
                transport,
                self,
                self.door.tls,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
            )
        except OSError as error:  # ssl.SSLError is one
            log.info("no-tls", peer=self.peer, reason=str(error))
            raise Over from None
        if secured is None:
            raise Over
        self._speak_through(secured)
        self._forget_mail()
        self._helo = ""


class LmtpSession(Session):
    """An LMTP session: LHLO greets, and a mail has one answer for each recipient."""

    protocol_name = "LMTP"

    async def _refuse_mail(self, refusal: Refusal, recipients: list[str]) -> None:
        await self.refuse(refusal, times=len(recipients))

    async def _confirm_mail(self, inbound_id: int, recipients: list[str]) -> None:
        # One mail, one commit: it is kept for all or for none.
        await self.push("\r\n".join([f"250 2.0.0 Kept as {inbound_id}"] * len(recipients)))


Session.verbs = {
    "HELO": Session.helo,
    "EHLO": Session.ehlo,
    "MAIL": Session.mail_from,
    "RCPT": Session.rcpt_to,
    "DATA": Session.data,
    "RSET": Session.rset,
    "NOOP": Session.noop,
    "VRFY": Session.vrfy,
    "EXPN": Session.expn,
    "HELP": Session.help,
    "STARTTLS": Session.starttls,
    "QUIT": Session.quit,
}
LmtpSession.verbs = {
    "LHLO": Session.ehlo,
    **{verb: obey for verb, obey in Session.verbs.items() if verb not in ("HELO", "EHLO")},
}
