"""The Relay courier and a real Postfix as its relay."""

from __future__ import annotations

from mailhub.courier import Copy, Refused, Sent, SharedMail
from tests.postfix.hub import MAX_BYTES
from tests.relaying import copies, kinds, relay_to, sent_by
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink

MAIL = SharedMail(b"From: jane@council.example\r\nSubject: dots\r\n\r\n.\r\n..\r\nca\xc3\xb1a\r\n")


def test_each_copy_passes_postfix_once(postfix: Postfix, world: Sink) -> None:
    before = len(world.mails())
    some = copies(100, MAIL)
    with relay_to(f"smtp://127.0.0.1:{postfix.out_port}", connections=4) as relay:
        features = relay.features()
        assert features.pipelining
        assert features.eight_bit
        assert features.smtputf8
        assert features.size == 2 * MAX_BYTES
        assert kinds(sent_by(relay, some)) == {Sent: 100}
    sent = {mail.recipients: mail for mail in world.mails(at_least=before + 100)[before:]}
    assert len(sent) == 100
    for copy in some:
        mail = sent[(copy.recipient,)]
        assert mail.sender == copy.sender
        assert copy.head.replace(b"\r\n", b"\n") in mail.raw
        assert mail.raw.rstrip(b"\n").endswith(b"\n\n.\n..\nca\xc3\xb1a")


def test_what_postfix_refuses_touches_nothing_else(postfix: Postfix, world: Sink) -> None:
    before = len(world.mails())
    some = [
        Copy(i, copy.sender, "jane@council..example" if i % 3 == 2 else copy.recipient, b"", MAIL)
        for i, copy in enumerate(copies(30))
    ]
    with relay_to(f"smtp://127.0.0.1:{postfix.out_port}", connections=2) as relay:
        outcomes = sent_by(relay, some)
    assert kinds(outcomes) == {Sent: 20, Refused: 10}
    assert outcomes[2] == Refused("501 5.1.3 Bad recipient address syntax")
    assert len(world.mails(at_least=before + 20)) == before + 20
