"""What the resolver says, remembers, and how soon it gives up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from mailhub.dns import Allowance, Dns, NoAnswer
from mailhub.proof import asks_for_rewriting
from tests.servers.dns import FAILING, SILENT, Zones


class Clock:
    """Seconds that pass when the test says so, besides those that really do."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.skipped


@pytest.fixture
def zones() -> Iterator[Zones]:
    with Zones(
        {
            "leeds.example": {
                "TXT": ["v=spf1 mx -all", ["a long ", "one"]],
                "MX": [(10, "mx.leeds.example")],
                "A": ["192.0.2.1"],
                "AAAA": ["2001:db8::1"],
            },
            "www.leeds.example": {"CNAME": ["leeds.example"]},
            "big.example": {"TXT": ["x" * 3000]},
            "huge.example": {"TXT": [f"{n}" * 1000 for n in range(20)]},
            "silent.example": SILENT,
            "failing.example": FAILING,
            "1.2.0.192.in-addr.arpa": {"PTR": ["mx.leeds.example"]},
        }
    ) as zones:
        yield zones


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dns(zones: Zones, clock: Clock) -> Dns:
    return Dns(zones.address, clock=clock)


def test_every_kind_of_record_is_read(dns: Dns) -> None:
    assert set(dns.ask("leeds.example", "TXT")) == {b"v=spf1 mx -all", b"a long one"}
    assert dns.ask("Leeds.Example.", "MX") == ((10, "mx.leeds.example"),)
    assert dns.ask("www.leeds.example", "A") == ("192.0.2.1",)
    assert dns.ask("leeds.example", "AAAA") == ("2001:db8::1",)
    assert dns.ask("1.2.0.192.in-addr.arpa", "PTR") == ("mx.leeds.example",)


def test_what_does_not_fit_in_a_packet_comes_by_tcp(dns: Dns) -> None:
    assert dns.ask("big.example", "TXT") == (b"x" * 3000,)


def test_more_than_anybody_publishes_is_no_answer(dns: Dns) -> None:
    with pytest.raises(NoAnswer):
        dns.ask("huge.example", "TXT")


@pytest.mark.parametrize(
    "name", ["nobody.example", "mx.leeds.example", "a..b", "x" * 64 + ".example"]
)
def test_what_is_not_there_or_could_not_be_has_no_records(dns: Dns, name: str) -> None:
    assert dns.ask(name, "TXT") == ()


def test_an_answer_is_remembered_as_long_as_it_says(dns: Dns, zones: Zones, clock: Clock) -> None:
    for name in ("leeds.example", "nobody.example"):
        for _ in range(5):
            dns.ask(name, "TXT")
        assert zones.asked[name, "TXT"] == 1
        clock.skipped += 299
        dns.ask(name, "TXT")
    assert zones.asked["leeds.example", "TXT"] == 1
    clock.skipped += 302
    dns.ask("leeds.example", "TXT")
    assert zones.asked["leeds.example", "TXT"] == 2


def test_many_who_ask_the_same_at_once_ask_once(dns: Dns, zones: Zones) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: dns.ask("leeds.example", "A"), range(40)))
        assert found == [("192.0.2.1",)] * 40
        began = time.monotonic()
        troubles = [pool.submit(dns.ask, "silent.example", "A") for _ in range(8)]
        assert all(isinstance(trouble.exception(), NoAnswer) for trouble in troubles)
    assert time.monotonic() - began < 5
    assert zones.asked["leeds.example", "A"] == 1


def test_a_failure_is_remembered_for_a_while(dns: Dns, zones: Zones, clock: Clock) -> None:
    for _ in range(5):
        with pytest.raises(NoAnswer):
            dns.ask("failing.example", "TXT")
    assert zones.asked["failing.example", "TXT"] == 1
    zones.update({"failing.example": {"TXT": ["well again"]}})
    clock.skipped += 31
    assert dns.ask("failing.example", "TXT") == (b"well again",)


def test_a_silent_domain_is_waited_for_once_and_hinders_no_other(dns: Dns) -> None:
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(NoAnswer):
            dns.ask("silent.example", "TXT")
    assert time.monotonic() - began < 5
    assert dns.ask("leeds.example", "A") == ("192.0.2.1",)


def test_nobody_waits_for_a_resolver_that_is_away(dns: Dns, zones: Zones, clock: Clock) -> None:
    zones.is_silent = True
    began = time.monotonic()
    for n in range(50):
        with pytest.raises(NoAnswer):
            dns.ask(f"{n}.example", "TXT")
    assert time.monotonic() - began < 6
    # It is looked for again, and used once it is back.
    zones.is_silent = False
    with pytest.raises(NoAnswer):
        dns.ask("leeds.example", "A")
    clock.skipped += 11
    assert dns.ask("leeds.example", "A") == ("192.0.2.1",)


@pytest.mark.parametrize("garbage", [b"", b"\xff" * 600])
def test_garbage_is_no_answer(garbage: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            with suppress(OSError):
                while True:
                    question, asker = server.recvfrom(2000)
                    server.sendto(question[:2] + garbage, asker)

        threading.Thread(target=answer, daemon=True).start()
        dns = Dns(f"127.0.0.1:{server.getsockname()[1]}", clock=time.monotonic)
        with pytest.raises(NoAnswer):
            dns.ask("leeds.example", "TXT")


def test_one_mail_may_ask_only_so_much(dns: Dns, clock: Clock) -> None:
    few = Allowance(dns, clock, names=2)
    few.ask("leeds.example", "A")
    few.ask("leeds.example", "A")
    with pytest.raises(NoAnswer):
        few.ask("leeds.example", "A")
    brief = Allowance(dns, clock, seconds=0.2)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        brief.ask("silent.example", "A")
    assert time.monotonic() - began < 1
    with pytest.raises(NoAnswer):
        brief.ask("leeds.example", "A")


@pytest.mark.parametrize(
    "name",
    [
        "lists.localhost",
        "council.test",
        "leeds.example",
        "x.invalid",
        "example.org",
        "a.example.com",
    ],
)
def test_without_a_resolver_of_our_own_names_of_nowhere_have_no_records_at_once(name: str) -> None:
    dns = Dns(clock=time.monotonic)
    began = time.monotonic()
    assert dns.ask(name, "TXT") == ()
    assert not asks_for_rewriting(f"jane@{name}", dns.ask)
    assert time.monotonic() - began < 1  # a resolver that is silent is waited for longer


@pytest.mark.parametrize(
    ("address", "rewritten"),
    [
        ("jane@none.gov.uk", False),
        ("jane@reject.gov.uk", True),
        ("jane@sub.reject.gov.uk", True),
        ("jane@quarantine.gov.uk", True),
        ("jane@mixed.gov.uk", False),
        ("jane@sub.mixed.gov.uk", True),
        ("jane@own.mixed.gov.uk", False),
        ("jane@testing.gov.uk", True),
        ("jane@twice.gov.uk", False),
        ("jane@broken.gov.uk", False),
        ("jane@other.gov.uk", False),
        ("jane@Rüdesheim.de", True),
        ("jane@failing.gov.uk", True),
        ("jane@sub.failing.gov.uk", True),
        ("not an address", False),
    ],
)
def test_whose_own_from_a_list_may_not_keep(
    dns: Dns, zones: Zones, address: str, rewritten: bool
) -> None:
    zones.update(
        {
            "_dmarc.none.gov.uk": {"TXT": ["v=DMARC1; p=none"]},
            "_dmarc.reject.gov.uk": {
                "TXT": ["something else", "v=DMARC1; p=Reject; rua=mailto:a@b.c"]
            },
            "_dmarc.quarantine.gov.uk": {"TXT": ["v=DMARC1;p=quarantine;"]},
            "_dmarc.mixed.gov.uk": {"TXT": ["v = DMARC1; p=none; sp=reject"]},
            "_dmarc.own.mixed.gov.uk": {"TXT": ["v=DMARC1; p=none"]},
            "_dmarc.testing.gov.uk": {"TXT": ["v=DMARC1; p=quarantine; pct=0"]},
            "_dmarc.twice.gov.uk": {"TXT": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]},
            "_dmarc.broken.gov.uk": {"TXT": ["v=DMARC1; p=maybe"]},
            "_dmarc.other.gov.uk": {"TXT": ["v=DMARC12; p=reject"]},
            "_dmarc.xn--rdesheim-65a.de": {"TXT": ["v=DMARC1; p=reject"]},
            "_dmarc.failing.gov.uk": FAILING,
        }
    )
    assert asks_for_rewriting(address, dns.ask) is rewritten
