"""A request that two answer at once ends once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from mailhub.database import Database
from mailhub.membership import requests

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_the_second_of_two_answers_meets_what_the_first_made_of_it(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("one transaction at a time")
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
    thread.join(10)
    assert met == ["done"]
