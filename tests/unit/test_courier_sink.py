"""The Relay courier into smtp-sink, Postfix's own."""

from __future__ import annotations

import pytest

from mailhub.courier import Deferred, Features, Outcome, Refused, Sent, SharedMail
from tests.relaying import copies, kinds, relay_to, sent_by
from tests.servers.sink import Sink

pytestmark = pytest.mark.postfix
DOTS = SharedMail(b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nand the end\r\n")


@pytest.mark.parametrize(
    ("options", "scheme", "features"),
    [
        ((), "smtp", Features(eight_bit=True, pipelining=True)),
        (("-p",), "smtp", Features(eight_bit=True)),
        (("-8",), "smtp", Features(pipelining=True)),
        (("-e",), "smtp", Features()),
        (("-L",), "lmtp", Features(eight_bit=True, pipelining=True)),
    ],
    ids=["as it is", "no pipelining", "no 8-bit", "no EHLO", "LMTP"],
)
def test_every_copy_arrives_as_it_is(
    options: tuple[str, ...], scheme: str, features: Features
) -> None:
    sink = Sink(*options)
    try:
        with relay_to(f"{scheme}://127.0.0.1:{sink.port}", connections=4) as relay:
            assert relay.features() == features
            some = copies(60, DOTS)
            assert kinds(sent_by(relay, some)) == {Sent: 60}
        mails = {mail.recipients: mail for mail in sink.mails(at_least=60)}
        assert len(mails) == 60
        for copy in some:
            mail = mails[(copy.recipient,)]
            assert mail.sender == copy.sender
            body = (copy.head + DOTS.unstuffed()).replace(b"\r\n", b"\n")
            assert mail.raw.rstrip(b"\n") == body.rstrip(b"\n")
    finally:
        sink.stop()


SAID = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")


@pytest.mark.parametrize(
    ("option", "said", "kind"),
    [
        *(("-r", said, Deferred) for said in SAID),
        *(("-q", said, Deferred) for said in SAID),
        *(("-Q", said, Deferred) for said in SAID),
        ("-f", "EHLO", Sent),  # there is HELO
        ("-f", "CONNECT", Deferred),  # it is us whom the relay refuses, and no recipient
        *(("-f", said, Refused) for said in SAID[2:]),
    ],
)
def test_a_relay_that_refuses_everything_or_goes_away(
    option: str, said: str, kind: type[Outcome]
) -> None:
    sink = Sink(option, said)
    try:
        with relay_to(f"smtp://127.0.0.1:{sink.port}") as relay:
            assert set(kinds(sent_by(relay, copies(20)))) == {kind}
    finally:
        sink.stop()
