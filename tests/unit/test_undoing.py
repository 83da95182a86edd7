"""Undo takes back what is as it was left: no decision of others, and no power that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.database import Database
from mailhub.membership import By, undoing
from mailhub.models import Membership

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
FAY, ORGANISER, TOM = "fay@bath.example", "org@hull.example", "tom@cardiff.example"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Policy with its organiser, Fay, who looks after it too, and Tom."""
    with database.writing() as session:
        community = membership.found(session, "policy", "Policy", NOW)
        for address, role in ((FAY, "facilitator"), (ORGANISER, "organiser"), (TOM, "reader")):
            membership.add(session, community, address, NOW, role=role)
        yield session


def member(session: Session, address: str) -> Membership:
    policy = membership.known_community(session, "policy")
    return membership.known_membership(session, policy, address)


def is_member(session: Session, address: str) -> bool:
    return membership.is_member(session, membership.known_community(session, "policy"), address)


def by(session: Session, address: str) -> By:
    person = membership.person_of(session, address)
    assert person is not None
    return By("mail", person.id)


def role(session: Session, of: str, wanted: str, who: str) -> None:
    membership.alter(
        session, member(session, of), "role", {"role": wanted}, NOW, by=by(session, who)
    )


def leaves(session: Session, of: str, who: str) -> None:
    membership.leave(session, member(session, of), NOW, by=by(session, who))


def undo(session: Session, who: str) -> list[str]:
    made = by(session, who)
    changes = undoing.last(session, made.person_id or 0, NOW)
    assert changes
    return [change.what for change in undoing.undo(session, changes, NOW, by=made)]


def test_a_role_that_others_changed_since_stays(session: Session) -> None:
    role(session, FAY, "reader", FAY)
    role(session, FAY, "contributor", ORGANISER)
    assert undo(session, FAY) == []
    assert member(session, FAY).role == "contributor"


def test_nobody_comes_back_to_power_by_themselves(session: Session) -> None:
    role(session, FAY, "reader", FAY)
    assert undo(session, FAY) == []
    assert member(session, FAY).role == "reader"
    role(session, FAY, "facilitator", ORGANISER)
    leaves(session, FAY, FAY)
    assert undo(session, FAY) == ["left"]
    assert member(session, FAY).role == "contributor"


def test_who_was_removed_by_others_stays_away(session: Session) -> None:
    leaves(session, TOM, TOM)
    community, tom = membership.known_community(session, "policy"), by(session, TOM).person_id
    person = membership.person_of(session, TOM)
    assert person is not None
    assert person.id == tom
    membership.enter(session, community, person, NOW, by=by(session, ORGANISER))
    leaves(session, TOM, ORGANISER)
    assert undo(session, TOM) == []
    assert not is_member(session, TOM)


def test_who_no_longer_looks_after_it_takes_nothing_back_there(session: Session) -> None:
    leaves(session, TOM, FAY)
    role(session, FAY, "reader", ORGANISER)
    assert undo(session, FAY) == []
    assert not is_member(session, TOM)
    role(session, FAY, "facilitator", ORGANISER)
    community = membership.known_community(session, "policy")
    membership.change(session, community, "joining", "invitation", NOW, by=by(session, FAY))
    role(session, FAY, "reader", ORGANISER)
    assert undo(session, FAY) == []
    assert community.joining == "invitation"


def test_a_setting_that_others_set_since_stays(session: Session) -> None:
    community = membership.known_community(session, "policy")
    for joining, who in (("invitation", FAY), ("approval", ORGANISER)):
        membership.change(session, community, "joining", joining, NOW, by=by(session, who))
    assert undo(session, FAY) == []
    assert community.joining == "approval"


def test_another_setting_of_others_is_no_matter(session: Session) -> None:
    community = membership.known_community(session, "policy")
    membership.change(session, community, "joining", "invitation", NOW, by=by(session, FAY))
    membership.change(session, community, "name", "Policies", NOW, by=by(session, ORGANISER))
    assert undo(session, FAY) == ["setting"]
    assert (community.joining, community.name) == ("open", "Policies")


def test_a_facilitator_brings_a_member_back_but_no_organiser(session: Session) -> None:
    leaves(session, ORGANISER, FAY)
    assert undo(session, FAY) == ["left"]
    assert member(session, ORGANISER).role == "facilitator"


def test_who_is_organiser_no_more_does_not_take_another_down(session: Session) -> None:
    role(session, TOM, "organiser", ORGANISER)
    role(session, ORGANISER, "facilitator", TOM)
    undo(session, ORGANISER)
    assert member(session, TOM).role == "organiser"
