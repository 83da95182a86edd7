"""Starting a server on a free port, waiting until it answers, stopping it.

A server dies with the test run even when that is killed. Another process may take the port between
the choice and the start; then the server ends early and is started again on another port.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ATTEMPTS = 3
PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None)


class DidNotStart(Exception):
    """The server ended, or did not answer in time; the text has the end of its log."""


@dataclass
class Running:
    """A server that answers at 127.0.0.1:port. `stop_signal` is the one that ends it cleanly."""

    process: subprocess.Popen[bytes]
    port: int
    stop_signal: signal.Signals = field(default=signal.SIGTERM)

    def is_well(self, answers: Callable[[int], bool], within: float) -> bool:
        """Whether it came to answer within so many seconds; False as soon as it has ended."""
        end = time.monotonic() + within
        while time.monotonic() < end and self.process.poll() is None:
            if answers(self.port):
                return True
            time.sleep(0.02)
        return False

    def again(self, log: Path, answers: Callable[[int], bool], within: float = 60.0) -> None:
        """Kills it and starts the same command at the same port, as the same user."""
        status = Path(f"/proc/{self.process.pid}").stat()
        self.process.kill()
        self.process.wait()
        user = None if status.st_uid == os.geteuid() else pwd.getpwuid(status.st_uid).pw_name
        command = [str(word) for word in self.process.args]  # type: ignore[union-attr]
        end = time.monotonic() + within
        while time.monotonic() < end:
            self.process = launch(
                command, log=log, port=self.port, stop_signal=self.stop_signal, user=user
            ).process
            if self.is_well(answers, end - time.monotonic()):
                return
            time.sleep(0.1)  # a part of the killed one may still be on its way out
        raise DidNotStart(f"{command[0]}: {log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Ends it, by SIGKILL after ten seconds; nothing happens to one that has ended."""
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    command: Callable[[int], Sequence[str | Path]],
    *,
    log: Path,
    answers: Callable[[int], bool] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
    within: float = 60.0,
) -> Running:
    """Runs `command(port)` until `answers(port)`; `log` takes what it prints.

    `answers` is asked every 20 ms and defaults to: the port takes a connection.
    """
    for _ in range(ATTEMPTS):
        port = free_port()
        server = launch(command(port), log=log, port=port, stop_signal=stop_signal, user=user)
        if server.is_well(answers or takes_connections, within):
            return server
        server.stop()
    raise DidNotStart(f"{command(0)[0]}: {log.read_text(errors='replace')[-2000:]}")


def launch(
    command: Sequence[str | Path],
    *,
    log: Path,
    port: int = 0,
    stop_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
) -> Running:
    """Runs `command` and does not wait. It dies with the thread that launched it."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, stop_signal),
        )
    return Running(process, port, stop_signal)


def takes_connections(port: int) -> bool:
    """Whether something listens at 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
