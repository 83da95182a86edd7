"""What `docker compose up` would start, started here without Docker: each service's own command,
environment and health check, read from docker-compose.yml, with the names of hosts and the ports
replaced by those of this machine.
"""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.compose.file import ROOT, services
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.running import Running, free_port, launch
from tests.servers.sink import Sink

GIVEN = {"MAILHUB_DOMAIN": "lists.example.org", "POSTGRES_PASSWORD": "secret"}
HUB = ("smtp", "worker", "scheduler", "web")
MAILHUB = "import sys; from mailhub.app.cli import main; sys.exit(main())"
LETTER = (
    "From: Jane Doe <jane@council.example>\r\nTo: policy@lists.example.org\r\n"
    "Message-ID: <indicator-6@council.example>\r\nSubject: Indicator 6\r\n\r\nDear all\r\n"
)


class Machine:
    """Runs the services of the file.

    `here`: what stands in the file, and what stands for it on this machine; `programs`: the same
    for the first word of a command.
    """

    def __init__(self, folder: Path, here: dict[str, str], programs: dict[str, list[str]]) -> None:
        self.here = here
        self._folder = folder
        self._programs = programs
        self._services = services(GIVEN)
        self.running: dict[str, Running] = {}

    def up(self, *names: str) -> None:
        """Starts services, all at once, and waits until they are healthy."""
        for name in names:
            words = self._words(name, self._services[name]["command"])
            self.running[name] = launch(words, log=self._folder / f"{name}.log")
        for name in names:
            assert self.running[name].is_well(partial(self.is_healthy, name), 60), name

    def health(self, service: str) -> int:
        """The exit status of its health check."""
        kind, *check = self._services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return subprocess.run(self._words(service, check), capture_output=True).returncode

    def is_healthy(self, service: str, port: int) -> bool:
        """As `Running.is_well` asks."""
        return self.health(service) == 0

    def age_signs_of_life(self) -> None:
        """As if two minutes had gone by in which nobody gave one."""
        for sign in (self._folder / "data" / "alive").iterdir():
            os.utime(sign, (time.time() - 120,) * 2)

    def run(self, service: str, *command: str) -> str:
        """What a command prints in a service, as `docker compose run` or `exec`; its own without
        one. AssertionError where it fails."""
        words = self._words(service, command or self._services[service]["command"])
        ran = subprocess.run(words, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def stop(self) -> None:
        """SIGTERM to all, as `docker compose stop`; each ends in good order."""
        for running in self.running.values():
            running.process.send_signal(signal.SIGTERM)
        for service, running in self.running.items():
            log = (self._folder / f"{service}.log").read_text()
            assert running.process.wait(60) == 0, log

    def kill(self) -> None:
        """Ends what still runs."""
        for running in self.running.values():
            running.stop()

    def _words(self, service: str, command: Any) -> list[str]:
        environment = self._services[service].get("environment", {}) | {
            "MAILHUB_DATA_DIR": str(self._folder / "data"),  # as the Dockerfile has it
            "PYTHONPATH": str(ROOT),
        }
        program, *arguments = command
        words = [f"{name}={value}" for name, value in environment.items()]
        words += [*self._programs[program], *arguments]
        for there, here in self.here.items():
            words = [word.replace(there, here) for word in words]
        return ["env", f"--chdir={self._folder}", *words]


@pytest.fixture(scope="module")
def world() -> Iterator[Sink]:
    """Where all mail goes that leaves."""
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def postfix(world: Sink) -> Iterator[Postfix]:
    """The service mta."""
    server = Postfix(domain="lists.example.org", hub_port=free_port(), relay_port=world.port)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def machine(
    tmp_path_factory: pytest.TempPathFactory,
    postfix: Postfix,
    postgres_server: Postgres,
    redis_server: Redis,
) -> Iterator[Machine]:
    """The whole hub, up; Jane and Tom are in the community policy."""
    database = postgres_server.fresh()
    here = {
        "postgresql+psycopg://mailhub:secret@postgres:5432/mailhub": database,
        "redis://redis:6379/0": redis_server.fresh(),
        "mta:10025": f"127.0.0.1:{postfix.out_port}",
        "0.0.0.0": "127.0.0.1",
        "8024": str(postfix.hub_port),
        "8080": str(free_port()),
    }
    programs = {
        "mailhub": [sys.executable, "-c", MAILHUB],
        "python": [sys.executable],
        "postfix": [f"MAIL_CONFIG={postfix.config}", "postfix"],
        "pg_isready": ["PGHOST=127.0.0.1", f"PGPORT={postgres_server.port}", "pg_isready"],
        "redis-cli": ["redis-cli", "-p", str(redis_server.port)],
    }
    machine = Machine(tmp_path_factory.mktemp("machine"), here, programs)
    members = tmp_path_factory.mktemp("members") / "members.csv"
    members.write_text("address\njane@council.example\ntom@council.example\n")
    try:
        machine.run("migrate")
        machine.run("worker", "mailhub", "community", "create", "policy", "--name", "Policy")
        machine.run("worker", "mailhub", "member", "import", "policy", str(members))
        machine.up(*HUB)
        yield machine
    finally:
        machine.kill()
        postgres_server.drop(database)


def test_a_post_comes_in_by_postfix_and_goes_out_by_postfix_and_stands_in_the_archive(
    machine: Machine, postfix: Postfix, world: Sink
) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        client.sendmail("jane@council.example", ["policy@lists.example.org"], LETTER)

    (delivered,) = world.mails(at_least=1)
    assert delivered.recipients == ("tom@council.example",)
    assert b"\nList-Id: Policy <policy.lists.example.org>\n" in delivered.raw
    assert b"\n\nDear all\n" in delivered.raw

    machine.run("worker", "mailhub", "queue", "wait", "--timeout", "20")
    port = machine.here["8080"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/c/policy/", timeout=60) as page:
        assert b"Indicator 6" in page.read()


def test_an_address_that_the_hub_does_not_know_is_refused_by_postfix(
    machine: Machine, postfix: Postfix
) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        client.ehlo()
        client.mail("jane@council.example")
        assert client.rcpt("polity@lists.example.org")[0] == 550
        assert client.rcpt("policy@lists.example.org")[0] == 250


@pytest.mark.parametrize("service", sorted(services(GIVEN).keys() - {"migrate"}))
def test_every_health_check_sees_that_the_service_is_well(machine: Machine, service: str) -> None:
    assert machine.health(service) == 0


@pytest.mark.parametrize("service", ["worker", "scheduler"])
def test_a_process_that_hangs_is_not_well_until_it_goes_on(machine: Machine, service: str) -> None:
    process = machine.running[service].process
    process.send_signal(signal.SIGSTOP)
    try:
        machine.age_signs_of_life()
        assert machine.health(service) == 1
    finally:
        process.send_signal(signal.SIGCONT)
    assert machine.running[service].is_well(partial(machine.is_healthy, service), 20)


def test_every_process_ends_in_good_order(machine: Machine) -> None:
    machine.stop()
