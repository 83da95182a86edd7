"""The database: engine and sessions; where SQLite and PostgreSQL differ, they differ here.

`writing()` is one unit of work: it commits when its block ends and rolls back when it raises. On
SQLite it begins IMMEDIATE, so that two writers wait for each other instead of failing half-way; a
reader begins plainly and never waits. synchronous=FULL stands behind every 250 that we say.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 20
POOL_SIZE = 20


class Database:
    """One database, by its SQLAlchemy URL. Connections are opened when they are first needed."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": POOL_SIZE}
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(mailhub_writes=True)
        # SQLite has one writer. Threads of this process wait here for their turn, which is woken at
        # once; its own busy handler would sleep, longer each time.
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is committed as a whole, or not at all."""
        with (
            self._turn,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent state; nothing that is done in it is kept."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mailhub_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
