"""Asks a web server for pages as fast as it answers, over kept connections.

    python -m benchmarks.pages_client PORT PID SECONDS CONNECTIONS [ETAGS | RATE] < paths

Keeps to another processor than the server's process PID where there are two (Linux). Reads paths from standard input, a line each, asks for each once, and then goes round for so many
seconds. With ETAGS it asks for a page once more, and from then on only whether that has changed. With a RATE, a number,
it asks so often a second, and counts from when it should have asked: waiting for the server is not left out.
Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Counted:
    """What one connection saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    octets: int = 0


class Connection:
    """A connection that is opened anew where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._stream: Any = None

    def get(self, path: str, extra: str) -> tuple[str, int, str]:
        """(status, octets, ETag) of one answer."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode())
        status = self._stream.readline().split()[1].decode()
        length, etag, ends = 0, "", False
        while (line := self._stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            match name.lower():
                case b"content-length":
                    length = int(value)
                case b"etag":
                    etag = value.strip().decode()
                case b"connection":
                    ends = value.strip().lower() == b"close"
        self._stream.read(length)
        if ends:
            self.close()
        return status, length, etag

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._socket is not None:
            self._stream.close()
            self._socket.close()
            self._socket = None


def ask(
    port: int,
    paths: list[str],
    least: int,
    until: float,
    conditional: bool,
    counted: Counted,
    gap: float = 0.0,
) -> None:
    """One client, so many requests at least and then until the time is up; with a `gap` of so many
    seconds between two."""
    connection = Connection(port)
    known: dict[str, str] = {}
    turn = 0 if least else random.Random(threading.get_ident()).randrange(len(paths))
    due = time.perf_counter() + random.Random(threading.get_ident()).random() * gap
    while turn < least or time.perf_counter() < until:
        path = paths[turn % len(paths)]
        turn += 1
        if gap:
            time.sleep(max(0.0, due - time.perf_counter()))
        extra = f"If-None-Match: {known[path]}\r\n" if path in known else ""
        began = due if gap else time.perf_counter()
        due += gap
        status, length, etag = connection.get(path, extra)
        counted.seconds.append(time.perf_counter() - began)
        counted.statuses[status] = counted.statuses.get(status, 0) + 1
        counted.octets += length
        if conditional:
            known[path] = etag
    connection.close()


def apart_from(pid: int) -> set[int]:
    """The processors on which no thread of the server's has to stay; all where there is none."""
    tasks = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    bound = [one for one in map(os.sched_getaffinity, tasks) if len(one) == 1]
    return os.sched_getaffinity(0).difference(*bound) or os.sched_getaffinity(0)


def processor_seconds(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Ask, count, print."""
    port, pid = int(sys.argv[1]), int(sys.argv[2])
    seconds, connections = float(sys.argv[3]), int(sys.argv[4])
    # On one processor: else its threads wait for each other, and not for the server.
    os.sched_setaffinity(0, {min(apart_from(pid))})
    paths = sys.stdin.read().split()
    ask(port, paths, len(paths), 0, False, Counted())
    until = time.perf_counter() + seconds
    counts = [Counted() for _ in range(connections)]
    rate = next((float(word) for word in sys.argv[5:] if word != "ETAGS"), 0.0)
    gap = connections / rate if rate else 0.0
    threads = [
        threading.Thread(target=ask, args=(port, paths, 0, until, "ETAGS" in sys.argv, one, gap))
        for one in counts
    ]
    began = processor_seconds(pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = sorted(second for one in counts for second in one.seconds)
    statuses: dict[str, int] = {}
    for one in counts:
        for status, number in one.statuses.items():
            statuses[status] = statuses.get(status, 0) + number
    print(
        json.dumps(
            {
                "per_second": len(taken) / seconds,
                "milliseconds": (processor_seconds(pid) - began) / len(taken) * 1000,
                "p50": taken[len(taken) // 2] * 1000,
                "p99": taken[len(taken) * 99 // 100] * 1000,
                "kilobytes": sum(one.octets for one in counts) / len(taken) / 1024,
                "statuses": statuses,
            }
        )
    )


if __name__ == "__main__":
    main()
