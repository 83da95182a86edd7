"""What is seen to before the hub serves: its schema, and the addresses that it is to listen on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Collection

from mailhub import migrations
from mailhub.app.hub import Hub
from mailhub.membership import Unusable
from mailhub.settings import Settings, host_and_port


def prepare(hub: Hub) -> None:
    """See to the schema: brought up to date on SQLite, checked on PostgreSQL."""
    if hub.database.is_sqlite:
        migrations.upgrade(hub.database)
    elif not migrations.is_current(hub.database):
        raise migrations.NotMigrated


def check_addresses(settings: Settings, roles: Collection[str]) -> None:
    """Unusable where an address that is to be listened on is another program's already, or cannot be
    one of this machine's. Said before anything has begun."""
    taken: set[tuple[str, int]] = set()
    for name, role in (("smtp_listen", "smtp"), ("lmtp_listen", "smtp"), ("http_listen", "web")):
        where = getattr(settings, name) if role in roles else ""
        if not where:
            continue
        host, port = host_and_port(where)
        if port and (host, port) in taken:
            raise Unusable("listen-twice", where)
        taken.add((host, port))
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, port))
            except OSError as error:
                of = name.replace("_", "-")
                if error.errno == errno.EADDRINUSE:
                    raise Unusable(f"{of}-taken", where) from None
                raise Unusable(f"{of}-not-here", f"{where} ({error.strerror})") from None
