"""A whole hub in processes of its own, to be killed: `mailhub serve`, all in one or each role apart."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import membership, migrations
from mailhub.app.hub import Hub, clock, put_together
from mailhub.app.waiting import figures
from mailhub.models import Delivery, Inbound, Post
from mailhub.settings import Settings
from tests.crash.nursery import ROOT, Forked, forked
from tests.servers.running import free_port, takes_connections

ALL_IN_ONE = ("smtp,worker,scheduler",)
APART = ("smtp", "worker", "worker", "scheduler")
PATIENCE = 90.0  # seconds; of a machine that has much else to do


class WholeHub:
    """`with WholeHub(folder, relay_url, roles) as hub:` is running; the community `policy` has so many
    members, `hub.members`, each with a mail program."""

    def __init__(
        self,
        folder: Path,
        relay_url: str,
        roles: Sequence[str] = ALL_IN_ONE,
        *,
        members: int = 10,
        **settings: Any,
    ) -> None:
        self.port = free_port()
        self.members = [f"m{number}@example.org" for number in range(members)]
        self._folder = folder
        self._roles = roles
        self._settings = {
            "data_dir": folder / "data",
            "smtp_listen": f"127.0.0.1:{self.port}",
            "relay_url": relay_url,
            **settings,
        }
        self._running: list[tuple[str, Forked]] = []
        self.starts = 0  # of processes, so far
        self.log = folder / "log"
        self.hub: Hub = put_together(Settings(**self._settings))
        migrations.upgrade(self.hub.database)
        with self.hub.database.writing() as session:
            community = membership.found(session, "policy", "Policy and Performance", clock())
            for address in self.members:
                membership.add(session, community, address, clock())

    def __enter__(self) -> WholeHub:
        self.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.kill()
        self.hub.database.close()
        if raised[0] and self.log.exists():
            print(self.log.read_text()[-5_000:])

    def start(self) -> None:
        """Start what does not run; wait until each serves and SMTP takes connections."""
        missing = list(self._roles)
        for role, _ in self._running:
            missing.remove(role)
        for role in missing:
            words = ["serve", "--only", role]
            self._running.append((role, forked(words, self._environment(), self.log)))
        self.starts += len(missing)
        self._wait_until_serving()

    def _wait_until_serving(self) -> None:
        end = time.monotonic() + PATIENCE
        while self.events("serving") < self.starts or not takes_connections(self.port):
            assert time.monotonic() < end, self.log.read_text()[-3_000:]
            time.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        given = {name.upper(): str(value) for name, value in self._settings.items() if value}
        return {f"MAILHUB_{name}": value for name, value in given.items()}

    def kill(self, role: str = "") -> None:
        """kill -9 to one process of this role, to all without one; they are gone then."""
        gone = [one for one in self._running if not role or one[0] == role][: 1 if role else None]
        for _, running in gone:
            running.kill()
        for one in gone:
            one[1].wait()
            self._running.remove(one)

    def stop(self, within: float) -> float:
        """SIGTERM to all; the seconds until all were gone. AssertionError where one exits other
        than with 0."""
        began = time.monotonic()
        for _, running in self._running:
            running.terminate()
        for role, running in self._running:
            status = running.wait(max(0.1, began + within - time.monotonic()))
            assert status == 0, (role, status, self.log.read_text()[-3_000:])
        self._running.clear()
        return time.monotonic() - began

    def processor_seconds(self) -> float:
        """What its processes have used of the processor."""
        ticks = 0
        for _, running in self._running:
            told = Path(f"/proc/{running.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(told[11]) + int(told[12])  # in the program and in the kernel, proc(5)
        return ticks / os.sysconf("SC_CLK_TCK")

    def mailhub(self, *arguments: str) -> str:
        """Run a command of the hub; its output. AssertionError where it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "mailhub", *arguments],
            env={**os.environ, **self._environment(), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self._folder,
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def events(self, name: str) -> int:
        """How often an event stands in the logs."""
        return len(self._logged(name))

    def repeated(self) -> int:
        """How many deliveries the hub says it may have sent twice."""
        return sum(event["count"] for event in self._logged("deliveries-repeated"))

    def _logged(self, name: str) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        # A line may be cut off by a kill, and the next process goes on in the same one.
        lines = re.findall(rf'\{{[^{{}}\n]*"event": "{name}"[^{{}}\n]*\}}', self.log.read_text())
        return [json.loads(line) for line in lines]

    def figures(self) -> dict[str, int]:
        """As `mailhub queue status`."""
        with self.hub.database.reading() as session:
            return figures(session, clock())

    def settle(self, within: float) -> float:
        """Wait until nothing is due; the seconds that it took."""
        began = time.monotonic()
        while True:
            now = self.figures()
            if not now["inbound_waiting"] and not now["deliveries_waiting"]:
                return time.monotonic() - began
            assert time.monotonic() - began < within, (now, self.stuck())
            time.sleep(0.05)

    def stuck(self) -> list[Any]:
        """What waits and why, for the message of a failed test."""
        with self.hub.database.reading() as session:
            return [
                *session.execute(
                    select(
                        Inbound.id, Inbound.state, Inbound.tries, Inbound.due_at, Inbound.problem
                    )
                    .where(Inbound.state != "done")
                    .limit(5)
                ),
                *session.execute(
                    select(Delivery.state, Delivery.owner, func.min(Delivery.due_at), func.count())
                    .where(Delivery.state != "sent")
                    .group_by(Delivery.state, Delivery.owner)
                ),
            ]

    def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        with self.hub.database.reading() as session:
            return _counts(session)

    def posted(self) -> list[str]:
        """The Message-IDs of all posts."""
        with self.hub.database.reading() as session:
            return list(session.scalars(select(Post.message_id)))


def _counts(session: Session) -> dict[str, int]:
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {state: count for state, count in rows}  # noqa: C416
