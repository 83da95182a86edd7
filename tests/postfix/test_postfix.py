"""Postfix in front of the hub, with the configuration that docker-compose.yml runs.

Each test uses addresses of its own: Postfix remembers which ones the hub knows.
"""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable

from tests.certificates import Certificate
from tests.postfix.hub import DOMAIN, MAX_BYTES, Hub
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink, Sunk

LETTER = "From: jane@council.example\r\nSubject: Indicator 6\r\n\r\nDear all\r\n"


def send(port: int, *recipients: str, sender: str = "jane@council.example") -> dict[str, int]:
    """Sends LETTER; the codes of the recipients that were refused."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        try:
            refused = client.sendmail(sender, recipients, LETTER)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
    return {address: code for address, (code, _) in refused.items()}


def bounces(world: Sink) -> list[Sunk]:
    """What went out with the empty sender."""
    return [mail for mail in world.mails() if not mail.sender]


def wait_for(truth: Callable[[], bool]) -> None:
    """Until it is so; AssertionError after 20 seconds."""
    end = time.monotonic() + 60
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_known_address_is_handed_over_and_an_unknown_one_refused_to_the_senders_face(
    postfix: Postfix, hub: Hub, world: Sink
) -> None:
    hub.known = {"policy@lists.example.org"}

    refused = send(postfix.port, "policy@lists.example.org", "polity@lists.example.org")

    assert refused == {"polity@lists.example.org": 550}
    wait_for(lambda: len(hub.kept()) == 1)
    kept = hub.kept()[0]
    assert kept.mail_from == "jane@council.example"
    assert kept.recipients == ["policy@lists.example.org"]
    # No header was added below Postfix's Received: the hub sees that this mail has no Message-ID.
    assert re.fullmatch(rb"Received: [^\n]*\n(?:\t[^\n]*\n)*" + LETTER.encode(), kept.raw)
    # Nothing waits and nothing bounced.
    assert postfix.waiting() == []
    assert bounces(world) == []


def test_a_new_address_can_soon_be_written_to(postfix: Postfix, hub: Hub) -> None:
    new = "new@lists.example.org"
    assert send(postfix.port, new) == {new: 550}
    hub.known = {new}
    wait_for(lambda: send(postfix.port, new) == {})
    wait_for(lambda: len(hub.kept()) == 1)


def test_an_address_that_is_gone_is_soon_refused(hub: Hub, world: Sink) -> None:
    gone, soon = "gone@lists.example.org", {"address_verify_positive_expire_time": "1s"}
    forgetful = Postfix(domain=DOMAIN, hub_port=hub.port, relay_port=world.port, settings=soon)
    try:
        hub.known = {gone}
        assert send(forgetful.port, gone) == {}
        wait_for(lambda: len(hub.kept()) == 1)
        hub.known = set()
        hub.restart()
        time.sleep(2)
        assert send(forgetful.port, gone) == {gone: 550}
    finally:
        forgetful.stop()


def test_with_a_certificate_it_takes_mail_by_tls(
    postfix: Postfix, certificate: Certificate
) -> None:
    with smtplib.SMTP("localhost", postfix.port) as client:
        assert client.starttls(context=certificate.client_context())[0] == 220
        assert client.ehlo()[0] == 250


def test_a_bounce_reaches_its_address_with_the_empty_sender(postfix: Postfix, hub: Hub) -> None:
    returns = "policy+v-abc@lists.example.org"
    hub.known = {returns}
    assert send(postfix.port, returns, sender="") == {}
    wait_for(lambda: len(hub.kept()) == 1)
    assert hub.kept()[0].mail_from == ""


def test_a_bare_postmaster_is_the_communities(postfix: Postfix, hub: Hub) -> None:
    hub.known = {"postmaster@lists.example.org"}
    assert send(postfix.port, "postmaster") == {}
    wait_for(lambda: len(hub.kept()) == 1)
    assert hub.kept()[0].recipients == ["postmaster@lists.example.org"]


def test_the_hub_answers_for_each_recipient_and_only_the_deferred_one_comes_again(
    postfix: Postfix, hub: Hub
) -> None:
    one, two = "one@lists.example.org", "two@lists.example.org"
    hub.known = {one, two}
    send(postfix.port, one, two)
    wait_for(lambda: len(hub.kept()) == 1)

    hub.faulty = {two}
    hub.restart()
    assert send(postfix.port, one, two) == {}
    wait_for(lambda: postfix.waiting() == [two])

    hub.faulty = set()
    postfix.flush()
    wait_for(lambda: postfix.waiting() == [])
    assert [sorted(kept.recipients) for kept in hub.kept()] == [[one, two], [one], [two]]


def test_while_the_hub_is_away_known_addresses_wait_and_others_are_told_to_come_back(
    postfix: Postfix, hub: Hub, world: Sink
) -> None:
    known, other = "known@lists.example.org", "other@lists.example.org"
    hub.known = {known, other}
    send(postfix.port, known)
    wait_for(lambda: len(hub.kept()) == 1)

    hub.stop()
    time.sleep(1.5)  # a refresh is due, and cannot be had
    assert send(postfix.port, known, other) == {other: 450}
    wait_for(lambda: postfix.waiting() == [known])

    hub.start()
    wait_for(lambda: len(hub.kept()) == 2)
    wait_for(lambda: postfix.waiting() == [])
    wait_for(lambda: send(postfix.port, other) == {})
    wait_for(lambda: len(hub.kept()) == 3)
    assert bounces(world) == []


def test_a_hub_whose_name_is_not_even_known_is_away_too(world: Sink) -> None:
    # Docker forgets a container's name while it is stopped.
    waiting = Postfix(domain=DOMAIN, hub_host="smtp.invalid", hub_port=8024, relay_port=world.port)
    try:
        anybody = "policy@lists.example.org"
        assert send(waiting.port, anybody) == {anybody: 450}
    finally:
        waiting.stop()


def test_the_hubs_mail_goes_out_by_the_second_port(postfix: Postfix, world: Sink) -> None:
    before = len(world.mails())
    refused = send(
        postfix.out_port,
        "tom@elsewhere.example",
        "ann@elsewhere.example",
        sender="policy+v-1@lists.example.org",
    )
    assert refused == {}
    sent = world.mails(at_least=before + 1)[before:]
    assert [mail.sender for mail in sent] == ["policy+v-1@lists.example.org"]
    assert sorted(sent[0].recipients) == ["ann@elsewhere.example", "tom@elsewhere.example"]
    assert sent[0].raw.endswith(LETTER.replace("\r\n", "\n").encode())


def test_the_first_port_relays_for_nobody_not_even_a_neighbour(postfix: Postfix) -> None:
    assert send(postfix.port, "tom@elsewhere.example") == {"tom@elsewhere.example": 554}


def test_the_largest_mail_that_comes_in_is_one_that_the_hub_takes(
    postfix: Postfix, hub: Hub
) -> None:
    hub.known = {"large@lists.example.org"}
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
        client.ehlo()
        most = int(client.esmtp_features["size"])
        assert client.mail("jane@council.example", [f"SIZE={most + 1}"])[0] == 552
        largest = (LETTER + "x" * 70 + "\r\n" * most)[: most - 2] + "\r\n"
        assert client.sendmail("jane@council.example", ["large@lists.example.org"], largest) == {}

    wait_for(lambda: [len(kept.raw) > most for kept in hub.kept()] == [True])


def test_what_the_hub_adds_to_the_largest_mail_still_goes_out(
    postfix: Postfix, world: Sink
) -> None:
    before = len(world.mails())
    with smtplib.SMTP("127.0.0.1", postfix.out_port, timeout=60) as client:
        larger = LETTER + ("x" * 70 + "\r\n") * (MAX_BYTES // 50)
        client.sendmail("policy@lists.example.org", ["tom@elsewhere.example"], larger)
    (sent,) = world.mails(at_least=before + 1)[before:]
    assert len(sent.raw) > MAX_BYTES


def test_its_configuration_gives_it_nothing_to_complain_of(postfix: Postfix, hub: Hub) -> None:
    send(postfix.port, "anybody@lists.example.org")
    warnings = [line for line in postfix.log().splitlines() if "warning" in line]
    of_clients = [line for line in warnings if "from localhost[" in line]
    assert warnings == of_clients
