"""Mail servers that send mail back, and days that pass."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailhub import beat
from mailhub.app.hub import clock
from mailhub.models import Address, Ailing, Return, Trouble
from tests.conversations.people import Person, RunningHub
from tests.couriers import Remembered

DAY = timedelta(days=1)
NO_SUCH_USER = "550 5.1.1 The email account that you tried to reach does not exist"
FULL = "552 5.2.2 Mailbox full"
SPAM = "554 5.7.1 Message rejected as spam by our content filter"


@pytest.fixture
def facilitator(hub: RunningHub, policy: str) -> Person:
    """Who looks after the community; the posts are no matter here."""
    return hub.member("policy", "Ann Hall", "ann@york.example", role="facilitator", delivery="none")


def comes_back(
    hub: RunningHub,
    copy: Remembered,
    words: str = NO_SUCH_USER,
    *,
    to: str = "",
    action: str = "failed",
    named: str = "",
) -> None:
    """The recipient's server writes that it did not deliver this copy; to its return path, or `to`."""
    status = words.split()[1]
    notice = (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
        f"To: {copy.sender}\nSubject: Undelivered Mail Returned to Sender\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\n\n<{named or copy.recipient}>: host mx.example said: {words}\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {named or copy.recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n\n"
        "--b\nContent-Type: message/rfc822\n\n"
    )
    returned = f"Return-Path: <{copy.sender}>\n".encode() + copy.raw.replace(b"\r\n", b"\n")
    hub.send(notice.encode() + returned + b"\n--b--\n", "", to or copy.sender)
    hub.settle()


def last_copy(hub: RunningHub, address: str) -> Remembered:
    """What was sent to somebody last."""
    hub.settle()
    return hub.courier.to(address)[-1]


def pass_time(hub: RunningHub, passed: timedelta) -> None:
    """Let what was kept of returns be older, and the timers run that are due then."""
    with hub.hub.database.writing() as session:
        for returned in session.scalars(select(Return)):
            returned.at -= passed
        for ailing in session.scalars(select(Ailing)):
            ailing.probed_at -= passed
        for trouble in session.scalars(select(Trouble)):
            trouble.since -= passed
            trouble.until -= passed
    for timer in beat.TIMERS:
        timer.run(hub.hub.tools, None, clock())
    hub.settle()


def is_paused(hub: RunningHub, address: str) -> bool:
    """Whether nothing is sent there any more."""
    with hub.hub.database.reading() as session:
        paused = session.scalar(select(Address.paused_at).where(Address.address == address))
        return paused is not None


def kept(hub: RunningHub) -> list[Return]:
    """All that came back, in its order."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return list(session.scalars(select(Return).order_by(Return.id)))
