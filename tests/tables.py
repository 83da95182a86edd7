"""Every table in a new SQLite database: made once in a process, and copied from then on. To make them takes longer than
most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mailhub import migrations
from mailhub.database import Database

NAME = "mailhub.db"  # in the data dir


def tables_in(data_dir: Path) -> None:
    """The database of a hub whose files are to be here, with nothing in it; one that is there stays."""
    path = data_dir / NAME
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_made())


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        database = Database(f"sqlite:///{path}")
        migrations.upgrade(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return path.read_bytes()
