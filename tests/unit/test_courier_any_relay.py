"""Whatever a relay answers: each copy gets one outcome, and Sent is only what was taken."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailhub.courier import Deferred, Refused, Sent
from tests.fake_relay import CUT, OFFERS, TAKE_AND_CUT, FakeRelay, Session
from tests.relaying import NO_PIPELINING, copies, kinds, relay_to, sent_by

ANSWERS = [
    None,
    "220 hello",
    "250 Ok",
    "250-long\r\n250 Ok",
    "250 one\r\n250 too many",
    "354 go on",
    "421 4.3.2 bye",
    "450 4.2.0 later",
    "503 5.5.1 out of step",
    "550 5.1.1 never",
    "554 5.7.1 no",
    "250-one\r\n550 two",
    "what?",
    "",
    "\x00\xff",
    CUT,
    TAKE_AND_CUT,
]
# What a relay says to the n-th thing that it hears; None is what a good relay says.
SCRIPT = st.lists(st.one_of(st.none(), st.sampled_from(ANSWERS)), max_size=60)


@given(
    SCRIPT,
    st.sampled_from([OFFERS, NO_PIPELINING, ()]),
    st.sampled_from(["smtp:", "lmtp:"]),
    st.integers(1, 3),
)
@example([None, None, None, "550 no", "354 go on", "250 Ok"], OFFERS, "smtp:", 1)
@example([None, None, "550 no", "250 Ok", "354 go on", "250 Ok"], OFFERS, "smtp:", 1)
@settings(max_examples=150, deadline=None)
def test_whatever_a_relay_answers(
    script: list[str | bytes | None], offers: tuple[str, ...], scheme: str, connections: int
) -> None:
    lock, answers = threading.Lock(), iter(script)

    def rule(session: Session, said: str) -> str | bytes | None:
        with lock:
            return next(answers, None)

    some = copies(12)
    with FakeRelay(rule, offers=offers) as fake:
        with relay_to(fake.url.replace("smtp:", scheme), connections=connections) as relay:
            outcomes = sent_by(relay, some)
        taken = Counter(mail.recipient for mail in fake.taken if mail.recipient)
        assert all(times == 1 for times in taken.values())
        data = {mail.recipient: (mail.sender, mail.data) for mail in fake.taken}
        for copy in some:
            if isinstance(outcomes[copy.delivery_id], Sent):
                assert data[copy.recipient] == (copy.sender, copy.head + copy.shared.unstuffed())


@pytest.mark.parametrize("offers", [OFFERS, NO_PIPELINING])
@pytest.mark.parametrize("answer", ["250 Ok", "220 Ok", "334 go on"])
def test_a_body_goes_out_for_a_354_alone(answer: str, offers: tuple[str, ...]) -> None:
    with (
        FakeRelay(lambda _, said: answer if said == "DATA" else None, offers=offers) as fake,
        relay_to(fake.url) as relay,
    ):
        assert kinds(sent_by(relay, copies(9))) == {Deferred: 9}
        assert "Subject: Indicator 6" not in fake.said


@pytest.mark.parametrize("offers", [OFFERS, NO_PIPELINING])
def test_an_answer_given_before_the_body_does_not_count(offers: tuple[str, ...]) -> None:
    def rule(session: Session, said: str) -> str | None:
        if said == "DATA":
            return "354 go on\r\n250 2.0.0 taken, taken"
        return "550 5.7.1 no" if said == "." else None

    with FakeRelay(rule, offers=offers) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(9))) == {Deferred: 9}


def test_no_empty_mail_goes_to_a_recipient_behind_a_refused_sender() -> None:
    def rule(session: Session, said: str) -> str | None:
        replies = {"MAIL": "550 5.1.8 no such sender", "RCPT": "250 Ok", "DATA": "354 go on"}
        return replies.get(said[:4])

    with FakeRelay(rule) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(9))) == {Refused: 9}
    time.sleep(0.05)
    assert fake.taken == []


def test_lmtp_has_no_answer_to_a_dot_without_recipients() -> None:
    def rule(session: Session, said: str) -> str | None:
        if said.startswith("RCPT TO:<jane3@"):
            return "550 5.1.1 no such user"
        return "354 go on" if said == "DATA" else None

    with FakeRelay(rule) as fake, relay_to(fake.url.replace("smtp:", "lmtp:"), 1) as relay:
        begun = time.monotonic()
        assert kinds(sent_by(relay, copies(9))) == {Sent: 8, Refused: 1}
        assert time.monotonic() - begun < 1.9
