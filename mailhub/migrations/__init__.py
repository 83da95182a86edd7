"""The schema's history, by Alembic: the same on SQLite and PostgreSQL. Each room that keeps anything
has its revision in `versions`; they are numbered, and each builds on the one before.

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


class OfAnotherVersion(Exception):
    """The schema, given by its revision, is none that this version knows or can go on from."""


def _config() -> Config:
    from alembic.config import Config  # half a second to import: only where it is needed

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database) -> None:
    """Bring the schema to this version; does nothing where it is there already.

    OfAnotherVersion, with nothing changed, where it is newer than this version, or older than all that
    it knows.
    """
    present, known = _present(database), _known()
    if present == max(known):
        return
    if present and present not in known:
        raise OfAnotherVersion(present)
    from alembic import command

    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this version was written for.

    Each command asks this first, so it does without Alembic: the revisions' files are numbered.
    """
    return _present(database) == max(_known())


def _present(database: Database) -> str:
    """The revision that the schema is at; "" of an empty database."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _known() -> set[str]:
    versions = (Path(__file__).parent / "versions").glob("*.py")
    return {path.name.partition("_")[0] for path in versions}
