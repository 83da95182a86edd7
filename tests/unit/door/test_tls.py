"""STARTTLS."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import uvloop

from tests.certificates import Certificate, make_certificate
from tests.front_door import OpenDoor
from tests.unit.door.peers import Peer, until


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure(certificate: Certificate, opened: Callable[..., OpenDoor]) -> Callable[..., OpenDoor]:
    """As `opened`, with a certificate."""
    settings = {"tls_cert": certificate.cert, "tls_key": certificate.key}
    return lambda **kept: opened(settings=settings, **kept)


@pytest.mark.parametrize("make_loop", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_a_mail_over_tls(
    secure: Callable[..., OpenDoor], certificate: Certificate, make_loop: Callable[[], Any]
) -> None:
    door = secure(loop=make_loop())
    raw = b"Subject: x\r\n\r\n" + b"line\r\n" * 200_000
    with smtplib.SMTP(*door.smtp) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=certificate.client_context())
        assert client.docmd("MAIL FROM:<jane@example.org>")[0] == 503  # nothing was said yet
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.docmd("STARTTLS")[0] == 503
        client.sendmail("jane@example.org", ["policy@lists.localhost"], raw)
    assert [mail.raw for mail in door.kept()] == [raw]


def test_what_was_said_in_the_clear_is_not_heard_under_tls(
    secure: Callable[..., OpenDoor], certificate: Certificate
) -> None:
    door = secure()
    with Peer(door.smtp) as peer:
        peer.hears()
        peer.socket.sendall(b"STARTTLS\r\nHELO injected\r\nNOOP\r\n")
        assert peer.hears().startswith("220")
        trust = certificate.client_context()
        with trust.wrap_socket(peer.socket, server_hostname="127.0.0.1") as secured:
            secured.sendall(b"HELP\r\n")
            assert secured.recv(4096).startswith(b"214")


def test_a_handshake_that_fails_ends_one_session(secure: Callable[..., OpenDoor]) -> None:
    door = secure()
    with Peer(door.smtp) as peer:
        peer.hears()
        assert peer.says("STARTTLS").startswith("220")
        peer.socket.sendall(b"this is no handshake\r\n" * 10)
        with suppress(ConnectionError):
            while peer.heard.read(1):
                pass
    until(lambda: door.figure("mailhub_sessions_open") == 0)
    with Peer(door.smtp) as peer:
        assert peer.hears().startswith("220")
