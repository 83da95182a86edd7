"""A transaction in which Policy has Jane and Fay, who looks after it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.database import Database
from mailhub.membership import By, undoing
from mailhub.models import (
    Community,
    Inbound,
    Membership,
    Person,
)

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def session(database: Database):  # type: ignore[no-untyped-def]
    """A transaction in which Policy has Jane and Fay, who looks after it."""
    with database.writing() as session:
        community = membership.found(session, "policy", "Policy", NOW)
        membership.add(session, community, "jane@leeds.example", NOW, name="Jane Doe")
        membership.add(session, community, "fay@bath.example", NOW, role="facilitator")
        for number in range(1, 9):
            session.add(
                Inbound(id=number, received_at=NOW, recipients=[], size=1, due_at=NOW, state="done")
            )
        session.flush()
        yield session


def policy(session: Session) -> Community:
    return membership.known_community(session, "policy")


def jane(session: Session) -> Person:
    found = membership.person_of(session, "Jane@Leeds.example")
    assert found is not None
    return found


def member(session: Session) -> Membership:
    return membership.known_membership(session, policy(session), "jane@leeds.example")


def by_jane(session: Session, mail: int) -> By:
    return By("mail", jane(session).id, mail)


def undo(session: Session, mail: int = 8) -> list[str]:
    """Undo what Jane did last; what was undone."""
    changes = undoing.last(session, jane(session).id, NOW)
    return [c.what for c in undoing.undo(session, changes, NOW, by=by_jane(session, mail))]
