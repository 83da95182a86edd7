"""The doctor: what it finds where all is well, and where something is wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailhub import words
from mailhub.app import doctor
from mailhub.app.hub import alive_folder, clock, dkim_key, put_together
from mailhub.membership import add_steward
from mailhub.settings import Settings
from mailhub.spool import Envelope, Spool
from tests.servers.dns import FAILING, Zones
from tests.servers.running import free_port
from tests.servers.sink import Sink
from tests.shell import Shell

DOMAIN = "lists.example.org"


@pytest.fixture
def zones() -> Iterator[Zones]:
    with Zones(
        {
            DOMAIN: {"MX": [(10, f"mx.{DOMAIN}")], "TXT": ["v=spf1 mx -all"]},
            f"_dmarc.{DOMAIN}": {"TXT": ["v=DMARC1; p=none"]},
        }
    ) as started:
        yield started


def settings(folder: Path, zones: Zones, **more: Any) -> Settings:
    given = {"domain": DOMAIN, "dns": zones.address, "site_url": f"https://{DOMAIN}", **more}
    return Settings(data_dir=folder, **given)


def examined(chosen: Settings, after: timedelta = timedelta(0)) -> dict[str, str]:
    """What was found wrong or right, by name."""
    hub = put_together(chosen)
    found = list(doctor.examine(hub, clock() + after))
    hub.database.close()
    assert all(one.said for one in found)
    return {one.name: one.health for one in found}


def test_where_all_is_well(tmp_path: Path, pair: dict[str, Any], zones: Zones, sink: Sink) -> None:
    chosen = settings(
        tmp_path, zones, relay_url=f"smtp://127.0.0.1:{sink.port}", dkim_selector="2026a", **pair
    )
    key = dkim_key(chosen)
    assert key
    zones.update({key.name: {"TXT": [list(key.strings)]}})
    hub = put_together(chosen)
    with hub.database.writing() as session:
        add_steward(session, "sue@example.org", clock())
    hub.database.close()
    for role in ("worker", "scheduler"):
        folder = alive_folder(chosen)
        folder.mkdir(exist_ok=True)
        (folder / f"here.{role}").touch()
    found = examined(chosen)
    assert {name for name, health in found.items() if health != "ok"} == {"no-starttls"}
    assert {"mx", "spf", "dmarc", "dkim", "relay", "clock", "stewards", "alive"} <= found.keys()


def test_what_the_dns_lacks_or_has_wrong(tmp_path: Path, zones: Zones) -> None:
    chosen = settings(tmp_path, zones, dkim_selector="2026a")
    zones.update({DOMAIN: {"TXT": ["google-site-verification=x", "v=spf1 +all"]}})
    zones.update({f"_dmarc.{DOMAIN}": {}})
    found = examined(chosen)
    assert [found[name] for name in ("no-mx", "spf-allows-all", "no-dkim")] == ["failed"] * 3
    assert found["no-dmarc"] == "warning"
    zones.update({f"2026a._domainkey.{DOMAIN}": {"TXT": ["v=DKIM1; k=rsa; p=AAAA"]}})
    assert examined(chosen)["other-dkim"] == "failed"
    zones.update({DOMAIN: FAILING})
    assert examined(chosen)["no-dns"] == "failed"


def test_what_does_not_answer(tmp_path: Path, zones: Zones) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    found = examined(
        settings(
            tmp_path,
            zones,
            database_url=f"postgresql://x@{nowhere}/x",
            redis_url=f"redis://{nowhere}",
            relay_url=f"smtp://{nowhere}",
        )
    )
    away = ("database-away", "redis-away", "relay-away")
    assert [found[name] for name in away] == ["failed"] * 3
    assert "stewards" not in found
    assert found["mx"] == "ok"


def test_a_clock_that_went_back_and_workers_that_are_silent(
    tmp_path: Path, zones: Zones, sqlite_template: Path
) -> None:
    (tmp_path / "mailhub.db").write_bytes(sqlite_template.read_bytes())
    chosen = settings(tmp_path, zones)
    hub = put_together(chosen)
    spool = Spool(hub.database, clock)
    spool.keep(Envelope("127.0.0.1", "x", "j@x.org", (f"policy@{DOMAIN}",), clock()), b"x").result()
    spool.close()
    hub.database.close()
    folder = alive_folder(chosen)
    folder.mkdir()
    old = time.time() - 3_600
    for role in ("worker", "scheduler"):
        (folder / f"here.{role}").touch()
        os.utime(folder / f"here.{role}", (old, old))
    found = examined(chosen, after=timedelta(hours=-2))
    assert (found["clock-behind"], found["clock-behind"]) == ("failed", "failed")
    assert "silent" in examined(chosen)


def test_on_the_command_line(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "var")
    ran = shell.run("doctor")
    assert ran.returncode == 1  # a new hub has no schema yet
    assert "mailhub migrate" in ran.stdout
    shell.run("migrate")
    shell.run("steward", "add", "sue@example.org")
    told = shell.told("doctor")
    assert {one["health"] for one in told} == {"ok", "warning"}
    assert all(one["said"] for one in told)


def test_every_finding_has_its_words() -> None:
    source = Path(doctor.__file__).read_text()
    for name in words.table("findings"):
        assert f'"{name}"' in source, f"{name} is never found"
