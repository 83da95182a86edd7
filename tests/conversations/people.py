"""People who write and receive: real SMTP in, a courier that remembers everything out.

The timers of these hubs stand still. A test runs the one that it is about by hand, and the hub's own would do the
same work beside it, now before the test looks and now after. `tests/crash/` has hubs whose timers run.
"""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import bindparam, or_, select

from mailhub import holds, membership, migrations
from mailhub.app import digesting
from mailhub.app.hub import Hub, clock, put_together
from mailhub.app.serve import Serving
from mailhub.app.waiting import figures
from mailhub.models import Delivery, Hold, Inbound, Outcome, Timer, constant
from mailhub.outbox import IS_HELD, MAY_BE_DUE
from mailhub.settings import Settings
from tests.couriers import RememberingCourier
from web_archive.app import create_app

D = "lists.example.org"

PATIENCE = 60  # seconds; of a machine that has much else to do
WAKE_AFTER = 0.05  # seconds; a job that was woken has begun by then, mostly
_now = bindparam("now")
# What `figures` counts as waiting, in one short statement: it is asked a hundred times a second.
DUE = select(
    or_(
        select(Inbound.id)
        .where(
            Inbound.state == constant("waiting"), or_(Inbound.tries == 0, Inbound.due_at <= _now)
        )
        .exists(),
        select(Hold.id).where(Hold.acts_at <= _now).exists(),
        select(Delivery.id)
        .where(MAY_BE_DUE, or_(Delivery.state == "queued", Delivery.due_at <= _now))
        .exists(),
        select(Delivery.id).where(IS_HELD).exists(),
    )
)
LATE = (
    select(Delivery.outgoing_id)
    .where(MAY_BE_DUE, Delivery.state == "queued", Delivery.due_at <= _now)
    .limit(1)
)


class RunningHub:
    """A whole hub in threads of this process, and what came out of it."""

    def __init__(self, hub: Hub, serving: Serving, courier: RememberingCourier) -> None:
        self.hub = hub
        self.serving = serving
        self.courier = courier
        self.domain = hub.settings.domain

    def community(self, slug: str, name: str, **settings: str) -> None:
        """Found a community."""
        with self.hub.database.writing() as session:
            membership.found(session, slug, name, clock(), **settings)

    def settings(self, slug: str, **settings: str) -> None:
        """Change settings of a community."""
        with self.hub.database.writing() as session:
            community = membership.known_community(session, slug)
            for key, value in settings.items():
                membership.change(session, community, key, value, clock())

    def person(self, name: str, address: str) -> Person:
        """Somebody with a mail program."""
        return Person(self, name, address)

    def member(self, slug: str, name: str, address: str, **how: Any) -> Person:
        """Somebody who is a member already."""
        with self.hub.database.writing() as session:
            community = membership.known_community(session, slug)
            membership.add(session, community, address, clock(), name=name, **how)
        return self.person(name, address)

    def send(self, raw: bytes, sender: str, *recipients: str) -> None:
        """A mail by SMTP, exactly these bytes."""
        host, port = self.serving.smtp_address or ("", 0)
        with smtplib.SMTP(host, port, timeout=PATIENCE) as client:
            client.sendmail(sender, recipients, raw)

    def settle(self, patience: float = PATIENCE) -> None:
        """Wait until nothing is due any more. No job is woken for what timers send, and for decisions that have become
        due: the sweep comes to them after a second or two, and settling sooner."""
        begun = time.monotonic()
        while self._is_something_due():
            waited = time.monotonic() - begun
            assert waited < patience, self._figures()
            if waited > WAKE_AFTER:
                self._wake()
            time.sleep(0.01 if waited < WAKE_AFTER else WAKE_AFTER)

    def _wake(self) -> None:
        now = clock()
        with self.hub.database.reading() as session:
            late = session.scalar(LATE, {"now": now - timedelta(seconds=WAKE_AFTER)})
            is_decided = holds.is_due(session, now)
        if late is not None:
            self.serving.jobs.wake_delivery(late)
        if is_decided:
            self.serving.jobs.wake_decisions()

    def _is_something_due(self) -> bool:
        with self.hub.database.engine.connect() as connection:
            return bool(connection.scalar(DUE, {"now": clock()}))

    def _figures(self) -> dict[str, int]:
        with self.hub.database.reading() as session:
            return figures(session, clock())

    def outcomes(self) -> list[str]:
        """What became of each mail at each address, in order."""
        self.settle()
        with self.hub.database.reading() as session:
            return list(session.scalars(select(Outcome.what).order_by(Outcome.id)))


class Person:
    """Somebody who writes and receives."""

    def __init__(self, running: RunningHub, name: str, address: str) -> None:
        self._running = running
        self.name = name
        self.address = address
        self._seen = 0

    def writes(
        self,
        to: str,
        subject: str = "",
        text: str = "",
        *,
        attach: dict[str, bytes] | None = None,
        sender: str | None = None,
        calendar: str = "",
        method: str = "",
        **headers: str,
    ) -> str:
        """Send a mail, once what was written before has come where it goes: several workers would do two mails in
        either order. Its Message-ID without brackets. Header names with _ for -. A calendar goes beside
        the text, as calendar programs send it."""
        self._running.settle()
        mail = EmailMessage()
        mail["From"] = formataddr((self.name, self.address))
        mail["To"] = to
        mail["Subject"] = subject
        mail["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        if calendar:
            mail.add_alternative(
                calendar.encode(), "text", "calendar", params={"charset": "utf-8", "method": method}
            )
        for filename, content in (attach or {}).items():
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=filename
            )
        envelope = self.address if sender is None else sender
        self._running.send(mail.as_bytes(), envelope, *(a.strip() for a in to.split(",")))
        return str(mail["Message-ID"]).strip("<>")

    def replies(self, mail: EmailMessage, text: str, *, to: str = "", **more: Any) -> str:
        """Answer as a mail program does: to Reply-To, with In-Reply-To, References and a quote."""
        body = mail.get_body(("plain",))
        quoted = "".join(f"> {line}\n" for line in str(body and body.get_content()).splitlines())
        subject = str(mail["Subject"])
        return self.writes(
            to or str(mail["Reply-To"] or mail["From"]),
            subject if subject.lower().startswith("re:") else f"Re: {subject}",
            f"{text}\n\nOn 3 Nov 2026 {mail['From']} wrote:\n{quoted}",
            In_Reply_To=str(mail["Message-ID"]),
            References=f"{mail['References'] or ''} {mail['Message-ID']}".strip(),
            **more,
        )

    def mailbox(self) -> list[EmailMessage]:
        """All that has come, once nothing is under way any more."""
        self._running.settle()
        return [copy.mail for copy in self._running.courier.to(self.address)]

    def receives(self, subject: str) -> EmailMessage:
        """The next mail not yet looked at, which must have this in its subject."""
        mails = self.mailbox()
        waiting = mails[self._seen :]
        assert waiting, f"{self.name} has no new mail; all: {[str(m['Subject']) for m in mails]}"
        assert subject in str(waiting[0]["Subject"]), (
            f"waiting for {self.name}: {[str(m['Subject']) for m in waiting]}"
        )
        self._seen += 1
        return waiting[0]

    def receives_nothing(self) -> None:
        """No new mail has come."""
        waiting = self.mailbox()[self._seen :]
        assert not waiting, f"waiting for {self.name}: {[str(m['Subject']) for m in waiting]}"


def settings_in(folder: Path, **more: Any) -> Settings:
    """Of a hub whose files are in this folder."""
    usual = {"domain": D, "site_url": "https://hub.example.org", "smtp_listen": "127.0.0.1:0"}
    return Settings(data_dir=folder, **usual | more)


def archive_of(hub: RunningHub) -> FlaskClient:
    """Its pages, for somebody who keeps no cookies."""
    app = create_app(hub.hub.settings, hub.hub.database, hub.hub.tools.site.tokens._secret)
    return app.test_client(use_cookies=False)


def _stop_the_clocks(hub: Hub) -> None:
    """No timer of this hub is due while a test lasts, or comes to be."""
    with hub.database.writing() as session:
        known = set(session.scalars(select(Timer.name)))
        session.add_all(
            Timer(name=timer.name, due_at=clock() + timedelta(days=365))
            for timer in digesting.timers(hub.tools)
            if timer.name not in known
        )


@contextmanager
def running(settings: Settings, courier: RememberingCourier | None = None) -> Iterator[RunningHub]:
    """A hub with these settings that serves SMTP on a free port until the block ends."""
    hub = put_together(settings)
    migrations.upgrade(hub.database)
    _stop_the_clocks(hub)
    courier = courier or RememberingCourier()
    # A short poll: most of the time of a test would go into the end of its hub.
    serving = Serving(hub, ("smtp", "worker", "scheduler"), way_out=courier, poll_ms=40)
    ready = threading.Event()
    thread = threading.Thread(target=serving.run, args=(lambda _: ready.set(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE), "the hub does not start"
    try:
        yield RunningHub(hub, serving, courier)
    finally:
        serving.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the hub does not stop"
