"""The pages' server: waitress in a thread of its own. Only this file knows waitress.

All of its threads keep to one processor. Only one of them can hold the interpreter at a time; on two
processors they hand it to and fro and wait for each other: a third of the pages, and ten times the wait.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from mailhub.settings import host_and_port

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 4
LARGEST = 26 << 20  # octets
CONNECTIONS = 400  # at a time; with those of the front door they stay below what a process may open
IDLE_SECONDS = 30  # until a connection that says nothing is closed
LAST_SECONDS = 5  # for the pages under way when it ends


class _Task(WSGITask):  # type: ignore[misc]
    """One answer. Without a body, as "not modified" is, it ends where its header does (RFC 9112, 6.3): the connection goes
    on, where waitress alone would close it for want of a length."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


class Web:
    """Serves from the moment it is made; `address` is the (host, port) it got, for a port 0 too. `largest` is how
    many octets a form, with its files, or a file may have: what is longer is not taken, and a reader who is slow to
    take one holds none of the threads."""

    def __init__(self, app: WSGIApplication, listen: str, largest: int = LARGEST) -> None:
        host, port = host_and_port(listen)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, port), family=family)
        with _on_one_processor():
            self._server = waitress.create_server(
                app,
                sockets=[door],
                threads=THREADS,
                ident=None,
                connection_limit=CONNECTIONS,
                channel_timeout=IDLE_SECONDS,
                cleanup_interval=IDLE_SECONDS // 3,
                asyncore_use_poll=True,
                max_request_body_size=largest,
                outbuf_high_watermark=largest,
                clear_untrusted_proxy_headers=False,  # they tell /metrics that a proxy passed it on
            )
            self._server.channel_class = _Channel
            self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
            self._thread.start()
        self.address = (self._server.effective_host, int(self._server.effective_port))

    def close(self) -> None:
        """End what is under way, then all connections. The thread that waits on them closes them itself:
        under its feet, it would wait on what is there no more. It may be awake already, and must not close what
        it is woken by before it has been."""
        woken = threading.Event()

        def end() -> None:
            woken.wait(LAST_SECONDS)
            wasyncore.close_all(self._server._map)

        self._server.task_dispatcher.shutdown(timeout=LAST_SECONDS)
        self._server.trigger.pull_trigger(end)
        woken.set()
        self._thread.join(LAST_SECONDS)


@contextmanager
def _on_one_processor() -> Iterator[None]:
    """Threads that begin in here stay on one processor, another one in each process where there are several;
    the thread that begins them goes where it went. Nothing where the system has no such thing."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(mine)[os.getpid() % len(mine)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)
