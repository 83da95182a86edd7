"""A discussion between two, with a paper; and all that is kept of anybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mailhub.models import Base
from tests.conversations.people import Person, RunningHub


def everything_kept(hub: RunningHub) -> list[str]:
    """Every value in every table, as text behind the name of its table."""
    said = []
    with hub.hub.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for value in row:
                    plain = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    said.append(f"{table.name}: {plain}")
    return said


@pytest.fixture
def talk(policy: str, jane: Person, tom: Person) -> str:
    """A discussion between the two, with a paper."""
    first = jane.writes(
        policy,
        "Indicator 6",
        "How do you count it?\n\nBest wishes\nJane Doe\n-- \nJane Doe, Leeds, 0113 496 0000",
        attach={"Counting.csv": b"year,count\n" + b"2025,12\n" * 50},
    )
    post = tom.receives("Indicator 6")
    tom.replies(post, "By hand, Jane.")
    jane.receives("Re: Indicator 6")
    jane.writes(policy, "Indicator 7", "And this one?")
    tom.receives("Indicator 7")
    return first
