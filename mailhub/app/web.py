"""The pages' server: waitress in a thread of its own. Only this file knows waitress."""

from __future__ import annotations

import socket
import threading
from functools import partial
from typing import TYPE_CHECKING

import waitress
from waitress import wasyncore

from mailhub.settings import host_and_port

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 4
LAST_SECONDS = 5  # for the pages under way when it ends


class Web:
    """Serves from the moment it is made; `address` is the (host, port) it got, for a port 0 too."""

    def __init__(self, app: WSGIApplication, listen: str) -> None:
        host, port = host_and_port(listen)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = waitress.create_server(
            app,
            sockets=[socket.create_server((host, port), family=family)],
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=False,  # they tell /metrics that a proxy passed it on
        )
        self.address = (self._server.effective_host, int(self._server.effective_port))
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End what is under way, then all connections. The thread that waits on them closes them itself:
        under its feet, it would wait on what is there no more."""
        self._server.task_dispatcher.shutdown(timeout=LAST_SECONDS)
        self._server.trigger.pull_trigger(partial(wasyncore.close_all, self._server._map))
        self._thread.join(LAST_SECONDS)
