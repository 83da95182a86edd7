"""The migrations make what the models say, on both databases, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from mailhub import migrations
from mailhub.database import Database


def run(database: Database, what: str, *arguments: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        getattr(command, what)(config, *arguments)


def test_the_models_and_the_migrations_agree(database: Database) -> None:
    run(database, "check")  # an error names what differs


def test_everything_can_be_taken_back_and_made_again(database: Database) -> None:
    run(database, "downgrade", "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    assert not migrations.is_current(database)
    migrations.upgrade(database)
    assert migrations.is_current(database)


def test_a_schema_that_this_version_does_not_know_is_refused_and_left_as_it_is(
    database: Database,
) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(migrations.OfAnotherVersion, match="0001"):
        migrations.upgrade(database)
    assert not migrations.is_current(database)
