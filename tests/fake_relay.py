"""A relay that speaks real SMTP over a real socket and answers as a test tells it to.

It keeps the rules of RFC 5321 by itself; a test changes single answers by a rule: a function of the
session and what was said (`GREETING`, a command line, or `.` for the end of a body) that gives the
reply, `CUT` to close the connection there, `TAKE_AND_CUT` to do so after the mail was taken, or None
for what a good relay says.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

CUT = b""
TAKE_AND_CUT = b"\0"
OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10000000", "ENHANCEDSTATUSCODES")


@dataclass
class Session:
    """One connection to the relay."""

    number: int
    sock: socket.socket
    said: list[str] = field(default_factory=list)
    mails: int = 0
    sender: str | None = None
    recipient: str | None = None
    rest: bytes = b""
    lmtp: bool = False


@dataclass(frozen=True)
class Taken:
    """A mail that the relay answered 2xx after its body; `data` without stuffed dots."""

    sender: str
    recipient: str
    data: bytes


Rule = Callable[[Session, str], bytes | str | None]


class FakeRelay:
    """`with FakeRelay(rule) as relay:` listens on `relay.port`."""

    def __init__(
        self,
        rule: Rule = lambda session, said: None,
        offers: tuple[str, ...] = OFFERS,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        by_octet: bool = False,
    ) -> None:
        self.rule, self.offers, self.tls = rule, offers, tls
        self.implicit_tls, self.by_octet = implicit_tls, by_octet
        self.taken: list[Taken] = []
        self.sessions: list[Session] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> FakeRelay:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Closes every connection, as a relay does that is restarted."""
        for session in self.sessions:
            with contextlib.suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)

    @property
    def said(self) -> list[str]:
        """All that was said, session by session."""
        return [line for session in self.sessions for line in session.said]

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                session = Session(len(self.sessions), sock)
                self.sessions.append(session)
                threading.Thread(target=self._serve, args=(session,), daemon=True).start()

    def _serve(self, session: Session) -> None:
        with contextlib.suppress(OSError, EOFError), contextlib.ExitStack() as stack:
            stack.callback(lambda: session.sock.close())
            if self.implicit_tls and self.tls:
                session.sock = self.tls.wrap_socket(session.sock, server_side=True)
            self._answer(session, "GREETING", b"220 fake ESMTP")
            while True:
                line = self._line(session).decode("utf-8", "surrogateescape")
                session.said.append(line)
                self._command(session, line)

    def _command(self, session: Session, line: str) -> None:
        verb = line.upper().split(" ")[0].split(":")[0]
        if verb in ("EHLO", "LHLO"):
            session.lmtp = verb == "LHLO"
            lines = ["fake", *self.offers]
            text = "".join(f"250-{offer}\r\n" for offer in lines[:-1]) + f"250 {lines[-1]}"
            self._answer(session, line, text.encode())
        elif verb == "MAIL":
            good = b"503 5.5.1 nested MAIL" if session.sender is not None else b"250 2.1.0 Ok"
            if self._answer(session, line, good):
                session.sender = line.split("<", 1)[1].split(">")[0]
        elif verb == "RCPT":
            good = b"503 5.5.1 need MAIL" if session.sender is None else b"250 2.1.5 Ok"
            if self._answer(session, line, good):
                session.recipient = line.split("<", 1)[1].split(">")[0]
        elif verb == "DATA":
            good = b"354 go on" if session.recipient else b"554 5.5.1 no valid recipients"
            if self._answer(session, line, good) == 354:
                self._body(session)
        elif verb == "RSET":
            session.sender = session.recipient = None
            self._answer(session, line, b"250 2.0.0 Ok")
        elif verb == "STARTTLS" and self.tls:
            self._answer(session, line, b"220 2.0.0 go on")
            session.sock = self.tls.wrap_socket(session.sock, server_side=True)
        elif verb == "QUIT":
            self._answer(session, line, b"221 2.0.0 Bye")
            raise EOFError
        else:
            self._answer(session, line, b"500 5.5.2 what?")

    def _body(self, session: Session) -> None:
        body = bytearray(b"\r\n" + session.rest)
        while (end := body.find(b"\r\n.\r\n", max(0, len(body) - 70_000))) < 0:
            block = session.sock.recv(65536)
            if not block:
                raise EOFError
            body += block
        session.rest = bytes(body[end + 5 :])
        data = bytes(body[2 : end + 2]).removeprefix(b".").replace(b"\r\n.", b"\r\n")
        if session.lmtp and not session.recipient:
            return  # LMTP answers for each recipient (RFC 2033 4.2), and there is none
        good = b"250 2.0.0 queued" if session.recipient else b"554 5.5.1 no valid recipients"
        taken = Taken(session.sender or "", session.recipient or "", data)
        if self._answer(session, ".", good, taken):
            session.mails += 1
        session.sender = session.recipient = None

    def _answer(self, session: Session, said: str, good: bytes, taken: Taken | None = None) -> int:
        """Says what the rule wants, else what is good; gives 0, or the code of a yes (2xx, 354)."""
        reply = self.rule(session, said)
        reply = good if reply is None else reply.encode() if isinstance(reply, str) else reply
        if taken and reply == TAKE_AND_CUT:
            self.taken.append(taken)
        if reply in (CUT, TAKE_AND_CUT):
            raise EOFError
        yes = int(reply[:3]) if reply[:1] in (b"2", b"3") and reply[:3].isdigit() else 0
        if taken and 200 <= yes <= 299:
            self.taken.append(taken)
        reply = reply if reply.endswith(b"\n") else reply + b"\r\n"
        for piece in [bytes([octet]) for octet in reply] if self.by_octet else [reply]:
            session.sock.sendall(piece)
        return yes

    def _line(self, session: Session) -> bytes:
        while b"\r\n" not in session.rest:
            block = session.sock.recv(65536)
            if not block:
                raise EOFError
            session.rest += block
        line, _, session.rest = session.rest.partition(b"\r\n")
        return line
