"""A stamp of the whole database that differs after every commit, read in microseconds.

SQLite counts the commits of others for each connection; PostgreSQL's snapshot names every transaction that is
visible. Both say "something changed", never what.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from sqlalchemy.exc import DBAPIError

from mailhub.database import Database


class Stamps:
    """Keeps one connection of its own, which never writes. Safe between threads."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._query = (
            "PRAGMA data_version" if database.is_sqlite else "SELECT pg_current_snapshot()::text"
        )
        self._connection: Any = None
        self._lock = Lock()

    def __call__(self) -> object:
        """The stamp of now; a new object, equal to no other, where the database does not answer."""
        with self._lock:
            try:
                return self._read()
            except (DBAPIError, OSError, self._engine.dialect.loaded_dbapi.Error):
                self._connection = None
                return object()

    def _read(self) -> object:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            if self._engine.dialect.name != "sqlite":
                self._connection.dbapi_connection.autocommit = True
            # Two connections do not count alike.
            self._opened = object()
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._query)
            return self._opened, cursor.fetchone()[0]
        finally:
            cursor.close()
