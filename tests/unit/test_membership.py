"""The trail, what is undone from it, and what an address with a token proves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.database import Database
from mailhub.membership import By, claims, mutes, trail, undoing
from mailhub.models import (
    Address,
    Change,
    Community,
    Inbound,
    Membership,
    Mute,
    Person,
    Post,
    Thread,
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
    left = session.scalars(select(Change).where(Change.what == "left")).one().before or {}
    person = membership.person_at(session, "tom@cardiff.example", NOW)
    taken = Membership(
        id=left["id"], community_id=policy(session).id, person_id=person.id, since=NOW
    )  # as an older version could give it to somebody
    session.add(taken)
    session.flush()
    assert undo(session) == ["left"]
    assert member(session).id != taken.id


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


def twice(session: Session) -> tuple[Membership, Membership]:
    """Jane is a member once more, at York, as a facilitator whose mail comes weekly, on a pause."""
    other, _ = membership.add(
        session, policy(session), "jane@york.example", NOW, role="facilitator", delivery="weekly"
    )
    other.paused_until = date(2026, 12, 24)
    session.flush()
    return member(session), other


def test_who_was_a_member_twice_keeps_the_weightier_role_and_the_mail_that_came(
    session: Session,
) -> None:
    own, other = twice(session)
    other.posting = "moderated"
    claims.attach(session, jane(session), "jane@york.example", NOW, by=by_jane(session, 1))
    kept = member(session)
    assert (kept.id, kept.role, kept.delivery, kept.paused_until) == (
        own.id, "facilitator", "each", None,
    )  # fmt: skip
    assert kept.posting == "moderated"
    row = session.get(Address, kept.address_id)
    assert row is not None
    assert row.address == "jane@leeds.example"
    assert len(membership.listing(session, policy(session))) == 2
    # Both changes are told, and neither is taken back by an "undo".
    told = [c for c in trail.told(session) if (c.of, c.what) == ("membership", "merged")]
    assert [(c.before or {})["role"] for c in told] == ["facilitator", "contributor"]
    assert not undoing.last(session, jane(session).id, NOW)


def test_where_the_one_wanted_no_mail_it_comes_as_to_the_other(session: Session) -> None:
    own, other = twice(session)
    own.delivery, other.paused_until = "none", None
    claims.attach(session, jane(session), "jane@york.example", NOW, by=by_jane(session, 1))
    kept = member(session)
    row = session.get(Address, kept.address_id)
    assert row is not None
    assert (kept.delivery, row.address) == ("weekly", "jane@york.example")


def test_a_link_in_an_old_mail_acts_for_whom_its_reader_became(session: Session) -> None:
    own, other = twice(session)
    housing = membership.found(session, "housing", "Housing", NOW)
    there, _ = membership.add(session, housing, "jane@york.example", NOW)
    given_up, moved = (Token(Purpose.UNSUBSCRIBE, m.id, other.person_id) for m in (other, there))
    me = jane(session)
    claims.attach(session, me, "jane@york.example", NOW, by=by_jane(session, 1))
    assert membership.unsubscribe(session, moved, NOW)
    assert not membership.is_member(session, housing, "jane@york.example")
    assert membership.unsubscribe(session, given_up, NOW)
    assert not membership.is_member(session, policy(session), "jane@leeds.example")
    assert not membership.unsubscribe(session, given_up, NOW)
    # Once more a member she has left by no link of before, and a number is given to nobody else.
    again, _ = membership.add(session, housing, "jane@leeds.example", NOW)
    assert again.id not in {own.id, other.id, there.id}
    assert not membership.unsubscribe(session, moved, NOW)
    last = trail.told(session, person_id=me.id)[-1]
    assert membership.became(session, other.person_id) is me
    assert (last.what, last.by_id) == ("joined", None)


def test_nobody_has_more_addresses_than_twenty_by_becoming_one(session: Session) -> None:
    me = jane(session)
    for number in range(claims.MOST_ADDRESSES - 1):
        assert claims.attach(
            session, me, f"jane{number}@leeds.example", NOW, by=membership.OPERATOR
        )
    membership.add(session, policy(session), "jane@york.example", NOW)
    assert not claims.attach(session, me, "jane@york.example", NOW, by=membership.OPERATOR)
    assert membership.person_of(session, "jane@york.example") is not me
    assert len(membership.addresses_of(session, me.id)) == claims.MOST_ADDRESSES


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
