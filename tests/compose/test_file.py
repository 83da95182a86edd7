"""docker-compose.yml and Dockerfile, read: there is no Docker here to run them.

What they run is run by tests: the hub's own commands and every health check by test_up.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from mailhub import settings
from tests.compose.file import FILE, ROOT, services
from tests.servers.postfix import START
from tests.servers.redis import KEEPS_NOTHING

GIVEN = {"MAILHUB_DOMAIN": "lists.example.org", "POSTGRES_PASSWORD": "secret"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_it_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", GIVEN)
def test_it_insists_on_what_nobody_can_guess(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        services({**GIVEN, name: ""})


def test_the_hub_takes_its_settings_in_every_service() -> None:
    hubs = [service for service in services(GIVEN).values() if service["image"] == "mailhub"]
    assert len(hubs) == 5
    for hub in hubs:
        read = settings.read(hub["environment"])
        assert read.domain == "lists.example.org"
        assert read.effective_database_url.endswith("mailhub:secret@postgres:5432/mailhub")


def test_every_service_has_a_health_check_but_the_one_that_ends() -> None:
    without = {name for name, service in services(GIVEN).items() if "healthcheck" not in service}
    assert without == {"migrate"}


def test_its_servers_start_as_those_of_the_tests_do() -> None:
    commands = {name: service.get("command") for name, service in services(GIVEN).items()}
    assert commands["redis"] == ["redis-server", *KEEPS_NOTHING]
    copied = "/usr/local/lib/mailhub-mta"
    assert f"COPY {START.parent.relative_to(ROOT)} {copied}\n" in DOCKERFILE
    assert commands["mta"] == [f"{copied}/{START.name}", "/etc/postfix"]


def test_only_postfix_and_the_archive_can_be_reached_from_outside() -> None:
    found = services(GIVEN)
    assert {name: service["ports"] for name, service in found.items() if "ports" in service} == {
        "mta": ["25:25"],
        "web": ["127.0.0.1:8080:8080"],
    }


def test_the_dockerfile_builds_the_images_from_what_is_there() -> None:
    targets = {
        service["build"]["target"] for service in services(GIVEN).values() if "build" in service
    }
    assert targets == set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE)) - {"build"}
    ignored = (ROOT / ".dockerignore").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists()
            assert source == "docker/postfix" or f"!{source}\n" in ignored
    assert "!docker\n" in ignored
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    for needed in [*wheel["packages"], *wheel["force-include"]]:
        assert f"COPY {needed} {needed}\n" in DOCKERFILE


def test_the_backup_is_made_by_the_tools_of_its_own_postgresql() -> None:
    _, version = services(GIVEN)["postgres"]["image"].split(":")
    assert f" postgresql-client-{version} " in DOCKERFILE


def test_who_needs_the_world_reaches_it() -> None:
    # Who hands mail on, whose pages a proxy asks for; who asks DNS and fetches feeds, and shares no network
    # with the MTA but that from which it takes mail.
    networks = {name: set(one["networks"]) for name, one in services(GIVEN).items()}
    assert {name for name, of in networks.items() if of - {"hub"}} == {"mta", "web", "worker"}
    assert networks["worker"] & networks["mta"] == {"hub"}
