"""The Relay courier against a relay that answers as it is told, over real sockets."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from mailhub.courier import (
    Deferred,
    Features,
    Outcome,
    Refused,
    RelayAway,
    Sent,
    Timeouts,
)
from tests.fake_relay import CUT, OFFERS, TAKE_AND_CUT, FakeRelay, Rule, Session
from tests.relaying import NO_PIPELINING, SHARED, copies, kinds, relay_to, sent_by


@pytest.fixture(params=[OFFERS, NO_PIPELINING], ids=["pipelined", "step by step"])
def offers(request: pytest.FixtureRequest) -> tuple[str, ...]:
    offers: tuple[str, ...] = request.param
    return offers


def answering(said: str, reply: str | bytes, every: int = 1) -> Rule:
    """A rule that answers every n-th of what begins so in its own way."""
    seen = Counter[str]()

    def rule(session: Session, heard: str) -> str | bytes | None:
        if not heard.startswith(said):
            return None
        seen[said] += 1
        return reply if seen[said] % every == 0 else None

    return rule


def test_every_copy_arrives_once_with_its_own_head(offers: tuple[str, ...]) -> None:
    with FakeRelay(offers=offers) as fake, relay_to(fake.url) as relay:
        outcomes = sent_by(relay, copies(25))
        assert kinds(outcomes) == {Sent: 25}
        assert outcomes[0] == Sent("250 2.0.0 queued")
        arrived = {mail.recipient: mail for mail in fake.taken}
        assert len(fake.taken) == len(arrived) == 25
        for copy in copies(25):
            mail = arrived[copy.recipient]
            assert mail.sender == copy.sender
            assert mail.data == copy.head + SHARED.wire


def test_answers_that_come_octet_by_octet_are_understood(offers: tuple[str, ...]) -> None:
    with FakeRelay(offers=offers, by_octet=True) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(5))) == {Sent: 5}


def test_the_words_of_a_long_answer_are_joined() -> None:
    rule = answering(".", "250-2.0.0 taken\r\n250-2.0.0 as\r\n250 2.0.0 17\x07")
    with FakeRelay(rule) as fake, relay_to(fake.url) as relay:
        assert sent_by(relay, copies(1))[0] == Sent("250 2.0.0 taken 2.0.0 as 2.0.0 17")


@pytest.mark.parametrize("said", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [("450 4.2.0 later", Deferred), ("550 5.1.1 never", Refused), ("452 4.3.1 full", Deferred)],
)
def test_a_refused_copy_does_not_touch_the_others(
    offers: tuple[str, ...], said: str, reply: str, kind: type[Outcome]
) -> None:
    with (
        FakeRelay(answering(said, reply, every=3), offers=offers) as fake,
        relay_to(fake.url, connections=1) as relay,
    ):
        outcomes = sent_by(relay, copies(9))
        assert [type(outcomes[i]) for i in range(9)] == [Sent, Sent, kind] * 3
        assert outcomes[2].reply == reply
        assert [mail.recipient for mail in fake.taken] == [
            f"jane{i}@council.example" for i in range(9) if i % 3 != 2
        ]
        assert len(fake.sessions) == 1


def test_data_let_in_without_a_recipient_is_ended_by_a_lone_dot() -> None:
    def rule(session: Session, said: str) -> str | None:
        if said.startswith("RCPT TO:<jane1@"):
            return "550 5.1.1 no such user"
        return "354 go on" if said == "DATA" else None

    with FakeRelay(rule) as fake, relay_to(fake.url, connections=1) as relay:
        outcomes = sent_by(relay, copies(3))
        assert [type(outcomes[i]) for i in range(3)] == [Sent, Refused, Sent]
        assert [mail.recipient for mail in fake.taken] == [
            "jane0@council.example",
            "jane2@council.example",
        ]
        assert len(fake.sessions) == 1


def test_connections_are_kept_from_one_batch_to_the_next() -> None:
    with FakeRelay() as fake, relay_to(fake.url, connections=3) as relay:
        for _ in range(4):
            assert kinds(sent_by(relay, copies(40))) == {Sent: 40}
        assert len(fake.sessions) == 3


def test_a_restarted_relay_costs_no_mail(offers: tuple[str, ...]) -> None:
    with FakeRelay(offers=offers) as fake, relay_to(fake.url) as relay:
        sent_by(relay, copies(20))
        fake.hang_up()
        assert kinds(sent_by(relay, copies(20))) == {Sent: 20}


def test_a_relay_that_takes_five_mails_a_connection_costs_no_mail(offers: tuple[str, ...]) -> None:
    def rule(session: Session, said: str) -> str | None:
        return "421 4.7.0 enough" if said.startswith("MAIL") and session.mails == 5 else None

    with FakeRelay(rule, offers=offers) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(40))) == {Sent: 40}
        assert len(fake.taken) == 40


def test_a_relay_that_allows_two_connections_is_used_with_two() -> None:
    def rule(session: Session, said: str) -> str | None:
        return "421 4.7.0 too many" if said == "GREETING" and session.number >= 2 else None

    with FakeRelay(rule) as fake, relay_to(fake.url, connections=8) as relay:
        assert kinds(sent_by(relay, copies(100))) == {Sent: 100}
        assert {session.number for session in fake.sessions if session.mails} == {0, 1}


@pytest.mark.parametrize("said", ["EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_connection_cut_anywhere_defers_and_loses_nothing(
    offers: tuple[str, ...], said: str
) -> None:
    with FakeRelay(answering(said, CUT, every=4), offers=offers) as fake, relay_to(fake.url) as r:
        outcomes = sent_by(r, copies(30))
        assert set(kinds(outcomes)) <= {Sent, Deferred}
        arrived = {mail.recipient for mail in fake.taken}
        assert len(arrived) == len(fake.taken) >= kinds(outcomes)[Sent]


def test_what_a_dying_relay_may_have_taken_is_deferred_and_not_sent_again(
    offers: tuple[str, ...],
) -> None:
    rule = answering(".", TAKE_AND_CUT, every=4)
    with FakeRelay(rule, offers=offers) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(32))) == {Sent: 24, Deferred: 8}
        arrived = [mail.recipient for mail in fake.taken]
        assert sorted(arrived) == sorted({copy.recipient for copy in copies(32)})


@pytest.mark.parametrize("said", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "."])
def test_a_relay_that_always_cuts_defers_all_at_once(offers: tuple[str, ...], said: str) -> None:
    with FakeRelay(answering(said, CUT), offers=offers) as fake, relay_to(fake.url) as relay:
        assert kinds(sent_by(relay, copies(200))) == {Deferred: 200}
        assert len(fake.sessions) < 10


def test_no_relay_there_defers_all_at_once() -> None:
    with FakeRelay() as fake:
        pass
    with relay_to(fake.url) as relay:
        begun = time.monotonic()
        outcomes = sent_by(relay, copies(1000))
        assert kinds(outcomes) == {Deferred: 1000}
        assert outcomes[999].reply == (
            f"4.4.1 no connection to 127.0.0.1:{fake.port}: Connection refused"
        )
        assert time.monotonic() - begun < 3
        with pytest.raises(RelayAway, match="Connection refused"):
            relay.features()


@pytest.mark.parametrize("said", ["GREETING", "EHLO", "RCPT", "."])
def test_a_silent_relay_is_not_waited_for_without_end(said: str) -> None:
    def rule(session: Session, heard: str) -> None:
        if heard.startswith(said):
            time.sleep(1)

    timeouts = Timeouts(connect=0.2, command=0.2, data=0.2)
    with FakeRelay(rule) as fake, relay_to(fake.url, timeouts=timeouts) as relay:
        begun = time.monotonic()
        outcomes = sent_by(relay, copies(100))
        assert kinds(outcomes) == {Deferred: 100}
        assert outcomes[99].reply == "4.4.2 the relay did not answer in time"
        assert time.monotonic() - begun < 3


def test_a_batch_ends_when_its_time_is_over() -> None:
    def rule(session: Session, heard: str) -> None:
        time.sleep(0.02)

    with FakeRelay(rule) as fake, relay_to(fake.url, patience=0.3) as relay:
        outcomes = sent_by(relay, copies(100))
        assert 0 < kinds(outcomes)[Sent] < 100
        assert set(kinds(outcomes)) == {Sent, Deferred}


def test_the_relay_is_asked_for_its_features_once() -> None:
    with FakeRelay() as fake, relay_to(fake.url) as relay:
        for _ in range(2):
            assert relay.features() == Features(True, True, 10_000_000, pipelining=True)
        assert kinds(sent_by(relay, copies(1))) == {Sent: 1}
        assert len(fake.sessions) == 1
