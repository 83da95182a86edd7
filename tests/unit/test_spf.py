"""SPF by the suites of openspf.org, each over a real DNS server with the suite's own zones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from mailhub.dns import Allowance, Dns
from mailhub.proof import senders
from tests.corpora import corpora
from tests.servers.dns import SILENT, Zones

# "default=" was a modifier of the draft before RFC 4408; these two ask what pyspf makes of it when it is
# told to be lax, or harsh. Ours is told to follow the RFC, for which it is an unknown modifier.
NOT_IN_ANY_RFC = {"default-modifier", "default-modifier-harsh"}


def scenarios(suite: str) -> list[dict[str, Any]]:
    """The suite's groups of tests, each with its zones."""
    path = corpora("auth/openspf") / "test" / suite
    return [one for one in YAML(typ="safe").load_all(path.read_bytes()) if one]


def zones(zonedata: dict[str, Any]) -> dict[str, Any]:
    """The zones as our server has them. The suite writes SPF where it means TXT, unless there is a TXT
    too; "TIMEOUT" is silence for what has no records above it in the list."""
    names: dict[str, Any] = {}
    for name, entries in zonedata.items():
        records: dict[str, Any] = {}
        silent = False
        for entry in entries:
            if entry == "TIMEOUT":
                silent = True
                continue
            for kind, value in entry.items():
                records.setdefault(kind, []).append(value)
        if "SPF" in records and "TXT" not in records:
            records["TXT"] = records["SPF"]
        records.pop("SPF", None)
        if "TXT" in records:
            records["TXT"] = [value for value in records["TXT"] if value != "NONE"]
            if silent and not records["TXT"]:
                del records["TXT"]
        names[name.lower()] = records | ({"*": SILENT} if silent else {})
    return names


def run(scenario: dict[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(the test, what we say, what it may be) of one scenario."""
    with Zones(zones(scenario["zonedata"])) as server:
        for name, test in scenario["tests"].items():
            dns = Dns(server.address, clock=time.monotonic)
            ask = Allowance(dns, time.monotonic, seconds=1).ask
            said, _ = senders.checked(test["host"], test["mailfrom"], test["helo"], ask)
            wanted = test["result"]
            yield name, said, tuple(wanted) if isinstance(wanted, list) else (wanted,)


@pytest.mark.parametrize(
    "suite",
    [
        "rfc7208-tests.yml",
        pytest.param("rfc4408-tests.yml", marks=pytest.mark.long),
        pytest.param("test.yml", marks=pytest.mark.long),
    ],
)
def test_a_suite_of_openspf(suite: str) -> None:
    wrong = [
        f"{scenario.get('description', '')}: {name}: {said}, not {' or '.join(wanted)}"
        for scenario in scenarios(suite)
        for name, said, wanted in run(scenario)
        if said not in wanted and name not in NOT_IN_ANY_RFC
    ]
    assert not wrong, "\n".join(wrong)


def says(records: list[str], peer: str = "192.0.2.1", mail_from: str = "jane@leeds.example") -> str:
    """The result where these are the TXT records of leeds.example."""
    return senders.checked(
        peer, mail_from, "mx.leeds.example", lambda name, kind: tuple(r.encode() for r in records)
    )[0]


def test_who_may_send() -> None:
    assert says(["v=spf1 ip4:192.0.2.0/24 -all"]) == "pass"
    assert says(["v=spf1 ip4:192.0.2.0/24 -all"], peer="198.51.100.1") == "fail"
    assert says(["v=spf1 ip6:2001:db8::/32 -all"], peer="2001:db8::25") == "pass"
    assert says([]) == "none"
    # A null sender is judged by the name that the host gave itself.
    assert says(["v=spf1 ip4:192.0.2.0/24 -all"], mail_from="") == "pass"


@pytest.mark.parametrize("peer", ["", "unknown", "192.0.2.1%eth0", "/run/socket", "999.1.1.1"])
def test_what_is_no_address_is_not_checked(peer: str) -> None:
    assert says(["v=spf1 +all"], peer=peer) == "none"


@pytest.mark.parametrize(
    "mail_from", ["a@b@leeds.example", '"a b"@leeds.example', "@leeds.example", "jane"]
)
def test_an_odd_return_path_does_no_harm(mail_from: str) -> None:
    assert says(["v=spf1 a:%{l}.leeds.example -all"], mail_from=mail_from) in (
        "permerror",
        "fail",
        "none",
    )


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 a:" + "a" * 4000,
        "v=spf1 a:." + "a" * 500 + "-",
        "v=spf1 a:" + "%{s}" * 120,
        "v=spf1 " + "a:%{s}." * 60 + "x",
        "v=spf1 " + "ip4:192.0.2.200 " * 250 + "-all",
        "v=spf1 " + "exists:%{ir}.%{l1r+-}._spf.%{d} " * 100,
    ],
)
def test_a_record_that_nobody_would_publish_takes_no_time(record: str) -> None:
    began = time.process_time()
    says([record])
    assert time.process_time() - began < 0.5
