"""Encryption and login towards the relay."""

from __future__ import annotations

import base64
import time

import pytest

from mailhub.courier import Deferred, RelayAway, Sent, SharedMail
from tests.certificates import Certificate, make_certificate
from tests.fake_relay import OFFERS, FakeRelay, Session
from tests.relaying import copies, kinds, relay_to, sent_by

TLS_OFFERS = (*OFFERS, "STARTTLS")
LARGE = SharedMail(b"Subject: large\r\n\r\n" + b".dots and more\r\n" * 300_000)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("elsewhere"), "DNS:elsewhere.example")


def test_an_offered_starttls_is_used(certificate: Certificate) -> None:
    with FakeRelay(offers=TLS_OFFERS, tls=certificate.server_context()) as fake:
        with relay_to(fake.url) as relay:
            for _ in range(2):
                assert kinds(sent_by(relay, copies(20))) == {Sent: 20}
        assert [line.split()[0] for line in fake.sessions[0].said[:3]] == [
            "EHLO",
            "STARTTLS",
            "EHLO",
        ]
        with relay_to(fake.url + "?starttls=never") as relay:
            assert kinds(sent_by(relay, copies(1))) == {Sent: 1}
        assert "STARTTLS" not in fake.sessions[-1].said


def test_a_required_starttls_that_is_not_offered_sends_nothing() -> None:
    with FakeRelay() as fake, relay_to(fake.url + "?starttls=required") as relay:
        assert sent_by(relay, copies(1)) == {0: Deferred("4.7.0 the relay offers no STARTTLS")}
        assert not any(line.startswith("MAIL") for line in fake.said)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_is_checked(
    scheme: str, certificate: Certificate, elsewhere: Certificate
) -> None:
    options = "?starttls=required" if scheme == "smtp" else ""
    for shown, trusted, arrives in [
        (certificate, certificate, True),
        (certificate, None, False),  # nobody vouches for it
        (elsewhere, elsewhere, False),  # it is for another host
    ]:
        context = trusted.client_context() if trusted else None
        with FakeRelay(
            offers=TLS_OFFERS if scheme == "smtp" else OFFERS,
            tls=shown.server_context(),
            implicit_tls=scheme == "smtps",
        ) as fake:
            url = fake.url.replace("smtp:", f"{scheme}:") + options
            with relay_to(url, tls=context) as relay:
                outcomes = sent_by(relay, copies(9))
                assert kinds(outcomes) == {Sent if arrives else Deferred: 9}
                assert arrives or "CERTIFICATE_VERIFY_FAILED" in outcomes[0].reply
            without_check = url + ("&" if options else "?") + "verify=no"
            with relay_to(without_check, tls=context) as relay:
                assert kinds(sent_by(relay, copies(9))) == {Sent: 9}


def test_what_was_slipped_in_before_the_encryption_is_not_believed(
    certificate: Certificate,
) -> None:
    def rule(session: Session, said: str) -> str | None:
        return "220 go on\r\n250 AUTH PLAIN" if said == "STARTTLS" else None

    tls = certificate.server_context()
    with FakeRelay(rule, offers=TLS_OFFERS, tls=tls) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(2))) == {Deferred: 2}


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_large_mail_passes_a_relay_that_reads_slowly(scheme: str, certificate: Certificate) -> None:
    def rule(session: Session, said: str) -> None:
        if said == "DATA":
            time.sleep(0.02)

    tls = certificate.server_context() if scheme == "smtps" else None
    with FakeRelay(rule, tls=tls, implicit_tls=scheme == "smtps") as fake:
        url = fake.url.replace("smtp:", f"{scheme}:")
        with relay_to(url, tls=certificate.client_context()) as relay:
            some = copies(5, LARGE)
            assert kinds(sent_by(relay, some)) == {Sent: 5}
        arrived = {mail.recipient: mail.data for mail in fake.taken}
        for copy in some:
            assert arrived[copy.recipient] == copy.head + LARGE.unstuffed()


@pytest.mark.parametrize("ways", ["PLAIN LOGIN CRAM-MD5", "login", "=LOGIN"])
def test_login(ways: str) -> None:
    heard: list[str] = []

    def rule(session: Session, said: str) -> str | None:
        heard.append(said)
        if said == "AUTH LOGIN":
            return "334 VXNlcm5hbWU6"
        if said == base64.b64encode(b"hub@x.example").decode():
            return "334 UGFzc3dvcmQ6"
        right = base64.b64encode("pä:ss".encode()).decode()
        plain = base64.b64encode("\0hub@x.example\0pä:ss".encode()).decode()
        return "235 2.7.0 welcome" if said in (right, f"AUTH PLAIN {plain}") else None

    offer = f"AUTH{ways}" if ways.startswith("=") else f"AUTH {ways}"
    with FakeRelay(rule, offers=(*OFFERS, offer)) as fake:
        url = fake.url.replace("//", "//hub%40x.example:p%C3%A4:ss@") + "?starttls=never"
        with relay_to(url) as relay:
            assert kinds(sent_by(relay, copies(3))) == {Sent: 3}
    assert ("AUTH LOGIN" in heard) == ("PLAIN" not in ways)


def test_a_refused_login_defers_all_and_tells_no_secret() -> None:
    def rule(session: Session, said: str) -> str | None:
        return "535 5.7.8 wrong" if said.startswith("AUTH") else None

    with FakeRelay(rule, offers=(*OFFERS, "AUTH PLAIN")) as fake:
        url = fake.url.replace("//", "//hub:secret@") + "?starttls=never"
        with relay_to(url) as relay:
            assert sent_by(relay, copies(500))[499] == Deferred("535 5.7.8 wrong")
            assert len(fake.sessions) <= 2
            with pytest.raises(RelayAway, match=r"^535 5\.7\.8 wrong$"):
                relay.features()


def test_a_password_does_not_go_out_in_the_clear() -> None:
    with FakeRelay(offers=(*OFFERS, "AUTH PLAIN")) as fake:
        with relay_to(fake.url.replace("//", "//hub:secret@")) as relay:
            assert kinds(sent_by(relay, copies(1))) == {Deferred: 1}
        assert not any(line.startswith("AUTH") for line in fake.said)


def test_no_login_that_we_know() -> None:
    with FakeRelay(offers=(*OFFERS, "AUTH GSSAPI")) as fake:
        url = fake.url.replace("//", "//hub:secret@") + "?starttls=never"
        with relay_to(url) as relay:
            assert "no login we know" in sent_by(relay, copies(1))[0].reply
