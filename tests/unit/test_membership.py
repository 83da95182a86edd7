"""The trail, what is undone from it, and what an address with a token proves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.database import Database
from mailhub.membership import By, claims, mutes, trail, undoing
from mailhub.models import Community, Inbound, Membership, Mute, Person, Post, Thread

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


def test_every_change_says_who_made_it_and_by_which_mail(session: Session) -> None:
    membership.alter(
        session, member(session), "delivery", {"delivery": "weekly"}, NOW, by=by_jane(session, 1)
    )
    told = trail.told(session, person_id=jane(session).id)
    assert [(c.how, c.what, c.inbound_id) for c in told] == [
        ("operator", "registered", None),
        ("operator", "joined", None),
        ("mail", "delivery", 1),
    ]
    assert told[-1].before is not None
    assert told[-1].before["delivery"] == "each"
    assert told[-1].after is not None
    assert told[-1].after["delivery"] == "weekly"


def test_what_changes_nothing_leaves_no_trace(session: Session) -> None:
    before = len(trail.told(session))
    assert not membership.alter(session, member(session), "role", {"role": "contributor"}, NOW)
    assert not membership.describe(session, jane(session), NOW, name="Jane Doe")
    assert len(trail.told(session)) == before


def test_undo_takes_back_one_mail_and_only_what_that_changed(session: Session) -> None:
    def alter(mail: int, **values: object) -> None:
        membership.alter(
            session, member(session), "settings", dict(values), NOW, by=by_jane(session, mail)
        )

    alter(1, delivery="weekly")
    alter(2, own_posts=True)
    alter(2, paused_until=date(2026, 12, 12))
    alter(3, role="reader")
    weekly = next(c for c in trail.told(session) if c.inbound_id == 1)
    # An older change, by the answer to its own receipt: what came since stays.
    undoing.undo(session, undoing.of_change(session, weekly, NOW), NOW, by=by_jane(session, 4))
    assert member(session).delivery == "each"
    assert member(session).role == "reader"
    assert undo(session) == ["settings"]
    assert member(session).role == "contributor"
    # Both lines of one mail at once.
    assert undo(session) == ["settings", "settings"]
    assert not member(session).own_posts
    assert member(session).paused_until is None
    assert undo(session) == []


def test_who_left_comes_back_as_they_were(session: Session) -> None:
    membership.alter(session, member(session), "role", {"role": "expert"}, NOW - timedelta(days=9))
    was = member(session)
    old = was.id
    membership.leave(session, was, NOW, by=by_jane(session, 1))
    assert not membership.is_member(session, policy(session), "jane@leeds.example")
    assert undo(session) == ["left"]
    again = member(session)
    assert (again.id, again.role, again.since) == (old, "expert", NOW)


def test_after_a_month_nothing_is_undone(session: Session) -> None:
    membership.leave(session, member(session), NOW, by=by_jane(session, 1))
    later = NOW + undoing.WITHIN + timedelta(seconds=1)
    assert not undoing.last(session, jane(session).id, later)


def test_a_leaver_whose_number_was_taken_gets_another(session: Session) -> None:
    membership.leave(session, member(session), NOW, by=by_jane(session, 1))
    community = policy(session)
    new, _ = membership.add(session, community, "tom@cardiff.example", NOW)
    assert undo(session) == ["left"]
    assert member(session).id != new.id


def test_what_others_undid_meanwhile_is_not_undone_twice(session: Session) -> None:
    membership.leave(session, member(session), NOW, by=by_jane(session, 1))
    membership.add(session, policy(session), "jane@leeds.example", NOW, role="reader")
    assert undo(session) == []
    assert member(session).role == "reader"


def test_two_people_who_are_one_keep_what_both_had(session: Session) -> None:
    housing = membership.found(session, "housing", "Housing", NOW)
    membership.add(session, housing, "jane@york.example", NOW, organisation="York")
    membership.add(session, policy(session), "jane@york.example", NOW, role="reader")
    new = membership.person_of(session, "jane@york.example")
    assert new is not None
    thread = Thread(community_id=housing.id, subject="Damp", started_at=NOW, last_at=NOW)
    session.add(thread)
    session.flush()
    post = Post(
        community_id=housing.id, thread_id=thread.id, inbound_id=1, message_id="a@b",
        content_hash="0", author_id=new.id, author_name="", author_address="", subject="Damp",
        received_at=NOW, subject_key="damp",
    )  # fmt: skip
    session.add(post)
    mutes.mute(session, new.id, thread, NOW, by=membership.OPERATOR)
    me = jane(session)
    assert claims.attach(session, me, "jane@york.example", NOW, by=by_jane(session, 1))
    assert not claims.attach(session, me, "JANE@york.example", NOW, by=by_jane(session, 1))
    session.expire_all()
    assert membership.person_of(session, "jane@york.example") is me
    assert membership.addresses_of(session, me.id) == ["jane@leeds.example", "jane@york.example"]
    assert me.organisation == "York"
    assert [c.slug for c, _ in membership.of_person(session, me.id)] == ["housing", "policy"]
    assert member(session).role == "contributor"  # of two, that of the one who claims
    assert session.scalar(select(Post.author_id)) == me.id
    assert session.scalar(select(Mute.person_id)) == me.id
    assert new.merged_into_id == me.id


def test_what_an_operator_types_of_a_member(session: Session) -> None:
    typed = membership.typed
    of = member(session)
    assert typed(session, of, "own_posts", "on") == ("own-posts", {"own_posts": True})
    assert typed(session, of, "paused", "2026-12-31") == (
        "paused",
        {"paused_until": date(2026, 12, 31)},
    )
    assert typed(session, of, "paused", "off") == ("paused", {"paused_until": None})
    for key, value in (
        ("paused", "tomorrow"),
        ("own_posts", "perhaps"),
        ("address", "fay@bath.example"),
        ("since", "2026-01-01"),
    ):
        with pytest.raises(membership.Unusable):
            typed(session, of, key, value)
