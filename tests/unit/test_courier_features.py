"""What a copy asks of the relay, and what becomes of it where the relay does not offer that."""

from __future__ import annotations

import pytest

from mailhub.courier import Copy, Deferred, Features, Refused, Sent, SharedMail
from tests.fake_relay import OFFERS, FakeRelay, Session
from tests.relaying import SHARED, copies, kinds, relay_to, sent_by

EIGHT_BIT = SharedMail(b"Subject: x\r\n\r\nca\xc3\xb1a\r\n")
INTERNATIONAL = SharedMail(b"Subject: ca\xc3\xb1a\r\n\r\nplain\r\n")


def to(recipient: str, sender: str = "a@x.example", shared: SharedMail = SHARED) -> Copy:
    return Copy(0, sender, recipient, b"X-Own: 1\r\n", shared)


def without(*offers: str) -> tuple[str, ...]:
    return tuple(offer for offer in OFFERS if offer.split()[0] not in offers)


@pytest.mark.parametrize(
    ("copy", "said"),
    [
        (to("jane@x.example"), ""),
        (to("jane@x.example", shared=EIGHT_BIT), " BODY=8BITMIME"),
        (to("jane@x.example", shared=INTERNATIONAL), " BODY=8BITMIME SMTPUTF8"),
        (to("jos\u00e9@x.example"), " SMTPUTF8"),
        (to("jane@x.example", sender="jos\u00e9@x.example"), " SMTPUTF8"),
    ],
)
def test_what_is_needed_is_said_where_it_is_offered(copy: Copy, said: str) -> None:
    with FakeRelay() as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, [copy])) == {Sent: 1}
        size = len(copy.head) + len(copy.shared.wire)
        assert f"MAIL FROM:<{copy.sender}> SIZE={size}{said}" in fake.said
        assert f"RCPT TO:<{copy.recipient}>" in fake.said
    with FakeRelay(offers=without("SIZE")) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, [copy])) == {Sent: 1}
        assert f"MAIL FROM:<{copy.sender}>{said}" in fake.said


@pytest.mark.parametrize(
    ("copy", "offers", "code"),
    [
        (to("jane@x.example", shared=EIGHT_BIT), without("8BITMIME"), "5.6.3"),
        (to("jane@x.example", shared=INTERNATIONAL), without("SMTPUTF8"), "5.6.7"),
        (to("jos\u00e9@x.example"), without("SMTPUTF8"), "5.6.7"),
        (to("jane@x.example", sender="jos\u00e9@x.example"), without("SMTPUTF8"), "5.6.7"),
        (to("jane@x.example"), (*without("SIZE"), "SIZE 40"), "5.3.4"),
        (to("jane@x.example\r\nRSET"), OFFERS, "5.1.3"),
        (to("jane@x.example> NOTIFY=NEVER"), OFFERS, "5.1.3"),
        (to("jane@x.example", sender="a\0@x.example"), OFFERS, "5.1.3"),
        (to(""), OFFERS, "5.1.3"),
    ],
)
def test_what_cannot_go_is_refused_without_a_word_to_the_relay(
    copy: Copy, offers: tuple[str, ...], code: str
) -> None:
    with FakeRelay(offers=offers) as fake, relay_to(fake.url) as relay:
        outcome = sent_by(relay, [copy])[0]
        assert isinstance(outcome, Refused)
        assert outcome.reply.startswith(code)
        assert not any(line.startswith(("MAIL", "RCPT")) for line in fake.said)


def test_what_cannot_go_does_not_hold_up_the_rest() -> None:
    some = copies(10)
    some[3:3] = [Copy(90, "", "jos\u00e9@x.example", b"", SHARED)]
    with FakeRelay(offers=without("SMTPUTF8")) as fake, relay_to(fake.url, connections=1) as relay:
        assert kinds(sent_by(relay, sorted(some, key=lambda c: c.delivery_id))) == {
            Sent: 10,
            Refused: 1,
        }
        assert len(fake.taken) == 10


def test_a_relay_of_old_that_knows_no_ehlo() -> None:
    def rule(session: Session, said: str) -> str | None:
        if said.startswith("EHLO"):
            return "502 5.5.1 what?"
        return "250 good day" if said.startswith("HELO") else None

    with FakeRelay(rule) as fake, relay_to(fake.url) as relay:
        assert relay.features() == Features()
        assert kinds(sent_by(relay, copies(5))) == {Sent: 5}


def test_lmtp_says_lhlo() -> None:
    with FakeRelay() as fake, relay_to(fake.url.replace("smtp:", "lmtp:")) as relay:
        assert kinds(sent_by(relay, copies(5))) == {Sent: 5}
        assert fake.said[0] == "LHLO lists.example.org"


@pytest.mark.parametrize("reply", ["530 5.7.0 log in first", "503 5.5.1 not now", "538 5.7.11 TLS"])
def test_what_is_wrong_with_our_session_refuses_no_recipient(reply: str) -> None:
    def rule(session: Session, said: str) -> str | None:
        return reply if said.startswith("MAIL") else None

    with FakeRelay(rule) as fake, relay_to(fake.url) as relay:
        assert set(sent_by(relay, copies(100)).values()) == {Deferred(reply)}
        assert len(fake.sessions) < 6
