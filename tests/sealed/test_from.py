"""Under whose From a post goes on, and whether its receivers' servers take it: over the whole hub, with
DNS, and with authheaders as the receiver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailhub import holds, membership
from mailhub.app.hub import clock, dkim_key
from mailhub.settings import Settings
from tests.conversations.deciding import decided
from tests.conversations.people import Person, RunningHub, running, settings_in
from tests.couriers import Remembered
from tests.sealed.receiver import Ask, asking, dmarc
from tests.servers.dns import FAILING, Zones
from tests.servers.opendkim import OpenDkim
from tests.signing import Signer
from tests.tables import tables_in

POLICY = "policy@lists.example.org"
VIA = "Jane Doe via Policy <policy@lists.example.org>"
SPF = "v=spf1 ip4:127.0.0.1 -all"
LEEDS = Signer("leeds.gov.uk", bits=2048)
HOP = Signer("hop.gov.uk", "h1")
TXT = {
    "lists.example.org": SPF,
    "_dmarc.lists.example.org": "v=DMARC1; p=reject; adkim=s; aspf=s",
    "leeds.gov.uk": SPF,
    "_dmarc.leeds.gov.uk": "v=DMARC1; p=reject",
    "bath.gov.uk": SPF,
    "_dmarc.bath.gov.uk": "v=DMARC1; p=none; sp=quarantine",
    "parks.bath.gov.uk": SPF,
    "york.gov.uk": SPF,
    LEEDS.name: LEEDS.record,
    HOP.name: HOP.record,
}


@pytest.fixture(scope="module")
def zones() -> Iterator[Zones]:
    names = {name: {"TXT": [value]} for name, value in TXT.items()}
    with Zones(names | {"_dmarc.hull.gov.uk": FAILING}) as server:
        yield server


@pytest.fixture
def hub(tmp_path: Path, zones: Zones) -> Iterator[RunningHub]:
    tables_in(tmp_path)
    settings = settings_in(
        tmp_path, stewards="steward@york.gov.uk", dkim_selector="2026a", dns=zones.address
    )
    with running(settings) as started:
        started.community("policy", "Policy", strangers="accept")
        yield started


@pytest.fixture
def tom(hub: RunningHub) -> Person:
    return hub.member("policy", "Tom Price", "tom@cardiff.gov.uk")


@pytest.fixture
def ask(hub: RunningHub) -> Ask:
    """DNS as a receiver has it, the hub's key in it."""
    key = dkim_key(hub.hub.settings)
    assert key
    return asking(TXT | {key.name: key.record})


def set_to(hub: RunningHub, **settings: Any) -> None:
    with hub.hub.database.writing() as session:
        community = membership.known_community(session, "policy")
        for name, value in settings.items():
            membership.change(session, community, name, value, clock())


def mail(author: str, above: bytes = b"", to: str = POLICY) -> bytes:
    return (
        above
        + (
            f"From: {author}\r\nTo: {to}\r\nSubject: Bins\r\nDate: Tue, 3 Nov 2026 09:00:00 +0000\r\n"
            f"Message-ID: <{abs(hash((author, above)))}@x.example>\r\n\r\n"
            "When are they emptied? We ask since nobody else here seems to know.\r\n"
        ).encode()
    )


def sent(hub: RunningHub, raw: bytes, author: str, to: str = POLICY) -> None:
    hub.send(raw, author, to)
    hub.settle()


def only(hub: RunningHub, person: Person) -> Remembered:
    """The one copy that somebody got."""
    (copy,) = hub.courier.to(person.address)
    return copy


@pytest.mark.parametrize(
    ("address", "is_kept"),
    [
        ("jane@leeds.gov.uk", False),  # p=reject
        ("jane@team.leeds.gov.uk", False),  # p=reject of the organisation
        ("jane@parks.bath.gov.uk", False),  # sp=quarantine
        ("jane@hull.gov.uk", False),  # DNS does not say
        ("jane@bath.gov.uk", True),  # p=none
        ("jane@york.gov.uk", True),  # no policy
    ],
)
def test_a_post_is_taken_by_whoever_checks_dmarc(
    hub: RunningHub, tom: Person, ask: Ask, address: str, is_kept: bool
) -> None:
    if address.endswith("@team.leeds.gov.uk"):
        sent(hub, LEEDS.signed(mail(f"Jane Doe <{address}>")), address)
    else:
        sent(hub, mail(f"Jane Doe <{address}>"), address)
    copy = only(hub, tom)
    result, domain = dmarc(copy.raw, ask)
    if is_kept:
        assert copy.mail["From"] == f"Jane Doe <{address}>"
        assert copy.mail["Author"] is None
        assert result in ("none", "fail"), "it says p=none, and nobody refuses it"
    else:
        assert copy.mail["From"] == VIA
        assert copy.mail["Author"] == f"Jane Doe <{address}>"
        assert (result, domain) == ("pass", "lists.example.org")
    assert str(copy.mail["Reply-To"]).startswith("Policy <policy+r-")


def test_what_we_found_goes_on_with_it(hub: RunningHub, tom: Person) -> None:
    claimed = b"Authentication-Results: lists.example.org; dmarc=pass header.from=boss.gov.uk\r\n"
    sent(hub, LEEDS.signed(mail("jane@leeds.gov.uk", claimed)), "jane@leeds.gov.uk")
    copy = only(hub, tom).mail
    results = "spf=pass smtp.mailfrom=leeds.gov.uk; dkim=pass header.d=leeds.gov.uk; "
    results += "dmarc=pass header.from=leeds.gov.uk"
    said = [" ".join(str(value).split()) for value in copy.get_all("Authentication-Results", [])]
    assert said == [f"lists.example.org; {results}"]
    sealed = [" ".join(str(v).split()) for v in copy.get_all("ARC-Authentication-Results", [])]
    assert sealed == [f"i=1; lists.example.org; {results}"]


NARROW = [b"from", b"to", b"subject", b"date", b"message-id"]


def test_an_authors_own_signature_keeps_the_from(
    hub: RunningHub, tom: Person, ask: Ask, tmp_path: Path
) -> None:
    set_to(hub, footer="off")
    raw = LEEDS.signed(mail("Jane Doe <jane@leeds.gov.uk>"), include_headers=NARROW)
    sent(hub, raw, "jane@leeds.gov.uk")
    copy = only(hub, tom)
    assert copy.mail["From"] == "Jane Doe <jane@leeds.gov.uk>"
    assert dmarc(copy.raw, ask) == ("pass", "leeds.gov.uk")
    key = dkim_key(hub.hub.settings)
    assert key
    verified = OpenDkim(tmp_path, TXT | {key.name: key.record}).results(copy.raw)
    assert verified == [("pass", "lists.example.org")] * 2 + [("pass", "leeds.gov.uk")]


@pytest.mark.parametrize(
    ("footer", "signed"),
    [
        ("on", NARROW),  # the footer is in the body
        ("off", [*NARROW, b"reply-to"]),  # where answers go is ours to say
        ("off", [*NARROW, b"list-id"]),
    ],
)
def test_one_that_we_break_does_not(
    hub: RunningHub, tom: Person, ask: Ask, footer: str, signed: list[bytes]
) -> None:
    set_to(hub, footer=footer)
    raw = LEEDS.signed(mail("Jane Doe <jane@leeds.gov.uk>"), include_headers=signed)
    sent(hub, raw, "jane@leeds.gov.uk")
    copy = only(hub, tom)
    assert copy.mail["From"] == VIA
    assert dmarc(copy.raw, ask) == ("pass", "lists.example.org")
    signatures = [str(value) for value in copy.mail.get_all("DKIM-Signature", [])]
    assert all("d=lists.example.org;" in signature for signature in signatures), signatures


def test_another_domains_signature_keeps_nothing(hub: RunningHub, tom: Person) -> None:
    set_to(hub, footer="off")
    raw = HOP.signed(mail("Jane Doe <jane@leeds.gov.uk>"), include_headers=NARROW)
    sent(hub, raw, "jane@leeds.gov.uk")
    assert only(hub, tom).mail["From"] == VIA


def test_replies_to_the_author_still_reach_the_author(hub: RunningHub, tom: Person) -> None:
    set_to(hub, replies="author")
    sent(hub, mail("Jane Doe <jane@leeds.gov.uk>"), "jane@leeds.gov.uk")
    copy = only(hub, tom).mail
    assert (copy["From"], copy["Reply-To"]) == (VIA, "Jane Doe <jane@leeds.gov.uk>")


def test_what_was_held_goes_on_the_same_way(hub: RunningHub, tom: Person, ask: Ask) -> None:
    set_to(hub, strangers="hold")
    sent(hub, mail("Jane Doe <jane@leeds.gov.uk>"), "jane@leeds.gov.uk")
    with hub.hub.database.writing() as session:
        (held,) = holds.waiting(session)
        assert decided(session, held["id"], "approve") == "decided"
    hub.settle()
    copy = only(hub, tom)
    assert dmarc(copy.raw, ask) == ("pass", "lists.example.org")


@pytest.mark.parametrize(
    ("to", "reader"),
    [
        ("policy+facilitators@lists.example.org", "fay@york.gov.uk"),
        ("postmaster@lists.example.org", "steward@york.gov.uk"),
    ],
)
def test_what_is_passed_on_privately_is_taken_too(
    hub: RunningHub, ask: Ask, to: str, reader: str
) -> None:
    hub.member("policy", "Fay", "fay@york.gov.uk", role="facilitator")
    sent(hub, mail("Jane Doe <jane@leeds.gov.uk>", to=to), "jane@leeds.gov.uk", to)
    copy = only(hub, hub.person("Reader", reader))
    assert str(copy.mail["From"]).endswith(f" <{to}>")
    assert str(copy.mail["From"]).startswith("Jane Doe via ")
    assert copy.mail["Reply-To"] == copy.mail["Author"] == "Jane Doe <jane@leeds.gov.uk>"
    assert dmarc(copy.raw, ask) == ("pass", "lists.example.org")


def test_a_chain_that_came_is_lengthened_and_a_broken_one_closed(
    hub: RunningHub, tom: Person, ask: Ask
) -> None:
    from tests.sealed.conftest import chain

    results = b"Authentication-Results: hop.gov.uk; arc=none; dkim=pass header.d=york.gov.uk\r\n"
    for number, touched in enumerate((False, True)):
        raw = mail("Jane Doe <jane@york.gov.uk>", b"X-Number: %d\r\n" % number)
        raw = b"".join(HOP.sealed(results + raw)) + raw
        if touched:
            raw = raw.replace(b"nobody else", b"anybody else")
        sent(hub, raw, "jane@york.gov.uk")
        copy = hub.courier.to(tom.address)[number]
        said = str(copy.mail.get_all("ARC-Authentication-Results", [])[0])
        seal = str(copy.mail.get_all("ARC-Seal", [])[0])
        assert said.startswith("i=2; ")
        assert ("arc=fail" if touched else "arc=pass") in said
        assert ("cv=fail" if touched else "cv=pass") in seal
        assert chain(copy.raw, ask) == ("fail" if touched else "pass")


def test_names_that_are_in_no_dns_are_not_asked_for(tmp_path: Path) -> None:
    # As with `make run`: no resolver is set, and everybody is at .example.
    settings = Settings(data_dir=tmp_path, domain="lists.localhost", smtp_listen="127.0.0.1:0")
    with running(settings) as hub:
        hub.community("policy", "Policy")
        jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
        tom = hub.member("policy", "Tom Price", "tom@cardiff.example")
        jane.writes("policy@lists.localhost", "Bins", "When?")
        copy = tom.receives("Bins")
        assert copy["From"] == "Jane Doe <jane@leeds.example>"
        assert copy["DKIM-Signature"] is None
