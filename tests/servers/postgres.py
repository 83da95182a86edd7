"""A PostgreSQL of our own in a new directory, without fsync: it is thrown away after the run. The
directory is in memory where there is enough of it: on a disk each new database takes longer than the
one before, in the end a second.

It refuses to run as root, so root runs it as the user `postgres` that its package made.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

import psycopg

from tests.servers.folders import folder_of
from tests.servers.memory import in_memory
from tests.servers.programs import leave_out, program
from tests.servers.running import Running, start

OWNER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "max_wal_size": "256MB",
    # Log what a test may want to see; nothing else.
    "log_min_messages": "warning",
    "lc_messages": "C",
}


class Postgres:
    """A running server; `fresh()` makes databases, `stop()` removes everything."""

    def __init__(self) -> None:
        programs = _programs()
        self._user = OWNER if os.geteuid() == 0 else None
        self._folder = folder_of("postgres", in_memory())
        self._numbers = count(1)
        data = self._folder / "data"
        if self._user:
            shutil.chown(self._folder, self._user, self._user)
        try:
            _make_cluster(programs / "initdb", data, self._user)
            self._server = self._start(programs / "postgres", data)
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        self.port = self._server.port

    def _start(self, postgres: Path, data: Path) -> Running:
        settings = SETTINGS | {"unix_socket_directories": str(self._folder)}
        options = [word for pair in settings.items() for word in ("-c", "=".join(pair))]
        return start(
            lambda port: [postgres, "-D", data, "-p", str(port), *options],
            log=self._folder / "log",
            answers=lambda port: _answers(_url(port, "postgres")),
            stop_signal=signal.SIGINT,  # "fast shutdown": it ends the sessions that are open
            user=self._user,
        )

    def fresh(self, like: str | None = None) -> str:
        """The URL of a new database: an empty one, or a copy of the one at the URL `like`."""
        name = f"test_{next(self._numbers)}"
        template = like.rsplit("/", 1)[1] if like else "template0"
        # Its files are copied: to log each of their pages, as PostgreSQL does from 15 on, takes four times as long.
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return _url(self.port, name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever still uses it."""
        self._do(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def restart(self) -> None:
        """Kills the server and starts it again at the same port."""
        self._server.again(
            self._folder / "log", lambda port: _answers(_url(port, "postgres")), within=60
        )

    def stop(self) -> None:
        """Stops the server and removes its files."""
        self._server.stop()
        shutil.rmtree(self._folder)

    def _do(self, statement: str) -> None:
        with psycopg.connect(_url(self.port, "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path:
    """The folder of the newest PostgreSQL; Debian keeps several side by side, out of PATH."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    return (newest[-1] if newest else program("initdb", "postgresql")).resolve().parent


def _make_cluster(initdb: Path, data: Path, user: str | None) -> None:
    if user is None and os.geteuid() == 0:
        leave_out("PostgreSQL does not run as root")
    made = subprocess.run(
        [initdb, "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert made.returncode == 0, made.stderr


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _url(port: int, database: str) -> str:
    return f"postgresql://{OWNER}@127.0.0.1:{port}/{database}"
