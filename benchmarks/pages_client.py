"""Asks a web server for pages as fast as it answers, over kept connections.

    python -m benchmarks.pages_client PORT SECONDS CONNECTIONS [ETAGS] < paths

Reads paths from standard input, a line each, and goes round. With ETAGS each page is asked for once,
and from then on only whether it has changed. Prints one JSON object.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Counted:
    """What one connection saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    octets: int = 0


def ask(port: int, paths: list[str], until: float, conditional: bool, counted: Counted) -> None:
    """One connection until the time is up."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        known: dict[str, str] = {}
        turn = random.Random(threading.get_ident()).randrange(len(paths))
        while time.perf_counter() < until:
            path = paths[turn % len(paths)]
            turn += 1
            extra = f"If-None-Match: {known[path]}\r\n" if path in known else ""
            began = time.perf_counter()
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode())
            status = stream.readline().split()[1].decode()
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                elif conditional and name.lower() == b"etag":
                    known[path] = value.strip().decode()
            stream.read(length)
            counted.seconds.append(time.perf_counter() - began)
            counted.statuses[status] = counted.statuses.get(status, 0) + 1
            counted.octets += length


def main() -> None:
    """Ask, count, print."""
    port, seconds, connections = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    paths = sys.stdin.read().split()
    until = time.perf_counter() + seconds
    counts = [Counted() for _ in range(connections)]
    threads = [
        threading.Thread(target=ask, args=(port, paths, until, "ETAGS" in sys.argv, one))
        for one in counts
    ]
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
                "p50": taken[len(taken) // 2] * 1000,
                "p99": taken[len(taken) * 99 // 100] * 1000,
                "kilobytes": sum(one.octets for one in counts) / len(taken) / 1024,
                "statuses": statuses,
            }
        )
    )


if __name__ == "__main__":
    main()
