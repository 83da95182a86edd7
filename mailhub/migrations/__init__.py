"""The schema's history, by Alembic: the same on SQLite and PostgreSQL.

`mailhub serve` brings a SQLite database up to date by itself; on PostgreSQL an operator runs
`mailhub migrate` at a time of their choosing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from mailhub.database import Database

if TYPE_CHECKING:
    from alembic.config import Config


class NotMigrated(Exception):
    """The database is not of this version: `mailhub migrate` has to be run first."""


def _config() -> Config:
    from alembic.config import Config  # half a second to import: only where it is needed

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database) -> None:
    """Bring the schema to this version; does nothing where it is there already."""
    if is_current(database):
        return
    from alembic import command

    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this version was written for.

    Each command asks this first, so it does without Alembic: the revisions' files are numbered.
    """
    newest = max(path.name for path in (Path(__file__).parent / "versions").glob("*.py"))
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        present = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(present == newest.partition("_")[0])
