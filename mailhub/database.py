"""The database: engine and sessions; where SQLite and PostgreSQL differ, they differ here.

`writing()` is one unit of work: it commits when its block ends and rolls back when it raises. On
SQLite it begins IMMEDIATE, so that two writers wait for each other instead of failing half-way; a
reader begins plainly and never waits. synchronous=FULL stands behind every 250 that we say.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

BUSY_SECONDS = 20
POOL_SIZE = 20

# What SQLite says where it is another's fault: locked, not to be opened, a disk that fails.
_AWAY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
)
# Classes of PostgreSQL's SQLSTATE: connection, rolled back for another's sake, resources, operator.
_AWAY_STATES = ("08", "40", "53", "57")
_DISK_FULL = "53100"


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
        self._writer = self.engine
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            self._writer = create_engine(self.url, pool=self.engine.pool)
            _begin_with(self.engine, "BEGIN")
            _begin_with(self._writer, "BEGIN IMMEDIATE")
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
        self._writer.pool = self.engine.pool


def is_full(error: BaseException) -> bool:
    """Whether there is no space for what was to be written."""
    cause = cause_of(error)
    return (
        getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == _DISK_FULL
        or (isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT))
    )


def is_away(error: BaseException) -> bool:
    """Whether the database is locked by another, cannot be reached or broke off: what was asked is
    not to blame, and the same will do later."""
    if isinstance(error, TimeoutError):  # of the pool
        return True
    if not isinstance(error, DBAPIError) or is_full(error):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _AWAY
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # psycopg never came as far as the server
        return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return str(state)[:2] in _AWAY_STATES


def cause_of(error: BaseException) -> BaseException:
    """What the driver said; SQLAlchemy's own text repeats what was to be written."""
    return (isinstance(error, DBAPIError) and error.orig) or error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -4000",  # KB for each connection: the system keeps the rest once for all of them
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_with(engine: Engine, words: str) -> None:
    """Let the engine's transactions begin so. As a listener for "begin" this would cost a tenth of all
    work: where there is any listener, every statement asks whether it is meant."""

    def begin(connection: Any) -> None:
        connection.execute(words)

    engine.dialect.do_begin = begin  # type: ignore[assignment, method-assign]
