"""The least that takes a mail and keeps it: stock aiosmtpd, one table, group commits.

    python -m benchmarks.bare_smtpd FOLDER

Prints its port; ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import uvloop
from aiosmtpd.smtp import SMTP

MAX_GROUP = 200


class Writer(threading.Thread):
    """Commits all that wait, then tells them."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run(self) -> None:
        """One commit after the other."""
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, sender, recipients, raw)")
        while True:
            group = [self.waiting.get()]
            while len(group) < MAX_GROUP and not self.waiting.empty():
                group.append(self.waiting.get())
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                "INSERT INTO mail (sender, recipients, raw) VALUES (?, ?, ?)",
                [row for row, _, _ in group],
            )
            database.execute("COMMIT")
            group[0][1].call_soon_threadsafe(_tell, [told for _, _, told in group])


def _tell(group: list[asyncio.Future[None]]) -> None:
    for told in group:
        if not told.done():
            told.set_result(None)


class Keeps:
    """aiosmtpd's handler."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Wait for the commit."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()
        row = (envelope.mail_from, "\n".join(envelope.rcpt_tos), envelope.content)
        self.writer.waiting.put((row, loop, told))
        await told
        return "250 OK"


async def serve(folder: Path) -> None:
    """Until standard input ends."""
    writer = Writer(folder / "mailhub.db")
    writer.start()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Keeps(writer), hostname="bare", loop=loop), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
