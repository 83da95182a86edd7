"""A request that two answer at once ends once. On SQLite there is one writer at a time; elsewhere the
second waits for the row."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from mailhub.database import Database
from mailhub.membership import requests

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.mark.parametrize("database", [ON_POSTGRESQL], indirect=True)
def test_the_second_of_two_answers_meets_what_the_first_made_of_it(database: Database) -> None:
    with database.writing() as session:
        token = requests.token(requests.ask(session, "register", "sue@york.example", NOW))
    met: list[str] = []

    def second() -> None:
        with database.writing() as session:
            found = requests.of_token(session, token)
            met.append(found.state if found else "")

    with database.writing() as session:
        first = requests.of_token(session, token)
        assert first is not None
        assert first.state == "asked"
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()  # it waits
        requests.settle(session, first, "done", "sue@york.example", NOW)
    thread.join(60)
    assert met == ["done"]
