"""What Postfix sees of a hub: LMTP that knows some addresses, may be away, and keeps what it gets."""

from __future__ import annotations

from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session


class Hub:
    """Takes mail for `known` at `port`; refuses at DATA, for one recipient, whoever is in `full`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.known: set[str] = set()
        self.full: set[str] = set()
        self.taken: list[Envelope] = []
        self._controller: _Lmtp | None = None

    def start(self) -> None:
        """Listens."""
        self._controller = _Lmtp(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Is away: connections are refused until it starts again."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in self.known:
            return "550 5.1.1 no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        answers = [
            "452 4.2.2 full" if address in self.full else "250 2.0.0 taken"
            for address in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)


class _Lmtp(Controller):
    def factory(self) -> Any:
        return LMTP(self.handler, enable_SMTPUTF8=True)
