"""`mailhub` in processes of its own, forked from one that has read the program already: a start costs a
twentieth of the processor that it costs otherwise, and dozens of starts are what tests of kills are made
of. Each has its own environment, arguments and log, ends as any program ends, and dies with the tests.

The one that forks does nothing else: it has one thread, no settings and no connection.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.servers.running import PR_SET_PDEATHSIG

ROOT = Path(__file__).parents[2]
# What `mailhub serve` imports when it needs it.
LATER = ("mailhub.app.serve", "mailhub.app.hub", "psycopg", "dramatiq.brokers.redis", "uvloop")


@dataclass(frozen=True)
class Forked:
    """One process of the program."""

    pid: int

    def kill(self) -> None:
        """kill -9; it is still to be waited for."""
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, within: float = 30.0) -> int:
        """Its exit status, or the negative number of what killed it; TimeoutError."""
        status = _nursery().asked({"pid": self.pid, "within": within})
        if status is None:
            raise TimeoutError(f"{self.pid} has not ended within {within:.0f} s")
        return int(status)


def forked(words: Sequence[str], environment: dict[str, str], log: Path) -> Forked:
    """Starts `mailhub` with these arguments, and with these variables beside those of the tests."""
    order = {"words": list(words), "environment": environment, "log": str(log)}
    return Forked(int(_nursery().asked(order)))


class _Nursery:
    """The process that forks, as the tests see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self._turn = threading.Lock()

    def asked(self, order: dict[str, Any]) -> Any:
        """What it answers."""
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        with self._turn:
            print(json.dumps(order), file=orders, flush=True)
            return json.loads(answers.readline())


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def _serve() -> int:
    """Forks and waits as it is told, until nobody tells any more. In what it has forked: becomes that."""
    from mailhub.app import cli
    from mailhub.commands.tables import languages

    for name in LATER:
        import_module(name)
    languages()
    gc.freeze()
    with os.fdopen(os.dup(1), "w") as answers:
        for line in iter(sys.stdin.readline, ""):
            order = json.loads(line)
            if "pid" in order:
                print(json.dumps(_status(**order)), file=answers, flush=True)
            elif pid := os.fork():
                print(pid, file=answers, flush=True)
            else:
                _become(**order)
                break
        else:
            return 0
    return int(cli.main() or 0)


def _status(pid: int, within: float) -> int | None:
    last = time.monotonic() + within
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > last:
            return None
        time.sleep(0.005)


def _become(words: list[str], environment: dict[str, str], log: str) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(environment)
    sys.argv = ["mailhub", *words]
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), out, out)):
        os.dup2(file, number)


if __name__ == "__main__":
    sys.exit(_serve())
