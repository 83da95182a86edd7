"""The Relay courier where answers come early, late or never, and where several use it at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from mailhub.courier import Deferred, Outcome, Refused, Sent, SharedMail, Timeouts
from tests.fake_relay import FakeRelay, Session
from tests.relaying import copies, kinds, relay_to, sent_by

LARGE = SharedMail(b"Subject: large\r\n\r\n" + b"more\r\n" * 2_000_000)


@contextmanager
def raw_relay(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Says one answer a read and then closes; gives its URL and what it read."""
    heard: list[bytes] = []

    def serve() -> None:
        sock, _ = listener.accept()
        with sock:
            for answer in answers:
                sock.sendall(answer)
                heard.append(sock.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join(2)


@pytest.mark.parametrize(
    ("last_words", "kind"),
    [
        (b"552 5.3.4 too large\r\n", Refused),
        (b"452 4.3.1 full\r\n", Deferred),
        (b"250 2.0.0 queued\r\n", Deferred),  # it cannot have taken what was not all written
        (b"421 4.3.2 bye\r\n", Deferred),
        (b"", Deferred),
    ],
)
def test_a_relay_that_closes_in_the_middle_of_a_body(
    last_words: bytes, kind: type[Outcome]
) -> None:
    go_on = b"250 Ok\r\n250 Ok\r\n354 go on\r\n"
    with raw_relay(b"220 hi\r\n", b"250-hi\r\n250 PIPELINING\r\n", go_on, last_words) as (
        url,
        heard,
    ):
        with relay_to(url) as relay:
            assert kinds(sent_by(relay, copies(1, LARGE))) == {kind: 1}
        assert heard[-1]


def test_an_answer_that_drips_does_not_hold_up_for_ever() -> None:
    with FakeRelay(
        lambda _, said: "250-" + "\r\n250-" * 20 if said[:4] == "MAIL" else None
    ) as fake:
        fake.by_octet = True
        with relay_to(fake.url, timeouts=Timeouts(1, 0.2, 0.2)) as relay:
            begun = time.monotonic()
            assert kinds(sent_by(relay, copies(3))) == {Deferred: 3}
            assert time.monotonic() - begun < 3


def test_threads_may_share_a_relay() -> None:
    with FakeRelay() as fake, relay_to(fake.url, connections=3) as relay:
        with ThreadPoolExecutor(4) as pool:
            for outcomes in pool.map(lambda _: sent_by(relay, copies(50)), range(12)):
                assert kinds(outcomes) == {Sent: 50}
        assert len(fake.taken) == 600
        assert 3 <= len(fake.sessions) <= 3 * 12


def test_who_stops_listening_stops_the_sending() -> None:
    with FakeRelay() as fake, relay_to(fake.url, connections=1) as relay:
        for _, outcome in relay.send(copies(500)):
            assert isinstance(outcome, Sent)
            break
        time.sleep(0.05)
        assert len(fake.taken) < 500
        assert kinds(sent_by(relay, copies(10))) == {Sent: 10}


def test_outcomes_are_told_as_they_come() -> None:
    heard = threading.Event()

    def rule(session: Session, said: str) -> None:
        if said.startswith("RCPT TO:<jane3@"):
            assert heard.wait(60)

    with FakeRelay(rule) as fake, relay_to(fake.url, connections=1) as relay:
        for i, outcome in relay.send(copies(4)):
            assert isinstance(outcome, Sent)
            if i == 2:
                heard.set()


def test_idle_connections_are_not_trusted_for_long() -> None:
    now = [0.0]
    with FakeRelay() as fake, relay_to(fake.url, connections=1, clock=lambda: now[0]) as relay:
        for seconds, sessions in [(0, 1), (29, 1), (30, 1), (31, 2)]:
            now[0] += seconds
            assert kinds(sent_by(relay, copies(1))) == {Sent: 1}
            assert len(fake.sessions) == sessions


def test_leave_is_taken() -> None:
    with FakeRelay() as fake:
        with relay_to(fake.url) as relay:
            sent_by(relay, copies(1))
        end = time.monotonic() + 60
        while "QUIT" not in fake.said:
            assert time.monotonic() < end
            time.sleep(0.005)


def test_an_address_that_does_not_answer_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeRelay() as fake:
        two = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", fake.port)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", fake.port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: two)
        with relay_to(fake.url) as relay:
            assert kinds(sent_by(relay, copies(9))) == {Sent: 9}


def test_a_name_without_an_address_defers() -> None:
    with relay_to("smtp://relay.invalid:25") as relay:
        (outcome,) = sent_by(relay, copies(1)).values()
        assert isinstance(outcome, Deferred)
        assert outcome.reply.startswith("4.4.1 the name relay.invalid has no address")
