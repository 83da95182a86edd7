"""Two people who turn out to be one: nothing of either is lost."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import Purpose, Token
from mailhub.membership import claims, mutes, trail, undoing
from mailhub.models import (
    Address,
    Membership,
    Mute,
    Post,
    Thread,
)
from tests.unit import one_community as _one
from tests.unit.one_community import NOW, by_jane, jane, member, policy

session = _one.session


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
