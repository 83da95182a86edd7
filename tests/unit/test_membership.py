"""The trail, what is undone from it, and what an address with a token proves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.membership import trail, undoing
from mailhub.models import (
    Change,
    Membership,
)
from tests.unit import one_community as _one
from tests.unit.one_community import NOW, by_jane, jane, member, policy, undo

session = _one.session


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


def test_what_an_operator_types_of_a_member(session: Session) -> None:
    typed = membership.typed
    of = member(session)
    assert typed(session, of, "own_posts", "on") == ("own-posts", {"own_posts": True})
    assert typed(session, of, "paused", "2026-12-31") == (
        "paused",
        {"paused_from": None, "paused_until": date(2026, 12, 31)},
    )
    at_once = {"paused_from": None, "paused_until": None}
    assert typed(session, of, "paused", "off") == ("paused", at_once)
    for key, value in (
        ("paused", "tomorrow"),
        ("own_posts", "perhaps"),
        ("address", "fay@bath.example"),
        ("since", "2026-01-01"),
    ):
        with pytest.raises(membership.Unusable):
            typed(session, of, key, value)
