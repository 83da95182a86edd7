"""Two people who turn out to be one: what the one has goes to the other, and nothing of it is lost."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mailhub.membership import trail
from mailhub.membership.members import alter, membership_of, note, snapshot
from mailhub.membership.people import addresses_of
from mailhub.membership.trail import By
from mailhub.models import Address, Membership, Mute, Person, Post
from mailhub.models.communities import DELIVERIES, POSTINGS, ROLES
from mailhub.outbox import first_address


def merge(session: Session, other: Person, person: Person, now: datetime, *, by: By) -> None:
    """All that `other` has goes to `person`; an empty row stays, to which old deliveries lead. Mail goes
    where it went: the first address of the two together is not that of each."""
    for one in (other, person):
        session.execute(
            update(Membership)
            .where(Membership.person_id == one.id, Membership.address_id.is_(None))
            .values(address_id=first_address())
        )
    session.expire_all()
    for member in session.scalars(select(Membership).where(Membership.person_id == other.id)).all():
        _hand_over(session, member, person, now, by=by)
    moved = addresses_of(session, other.id)
    muted = select(Mute.thread_id).where(Mute.person_id == person.id)
    session.flush()
    for table, column in ((Address, Address.person_id), (Post, Post.author_id)):
        session.execute(update(table).where(column == other.id).values({column: person.id}))
    session.execute(
        update(Mute)
        .where(Mute.person_id == other.id, Mute.thread_id.not_in(muted))
        .values(person_id=person.id)
    )
    session.execute(delete(Mute).where(Mute.person_id == other.id))
    session.expire_all()
    other.merged_into_id = person.id
    for key in ("name", "organisation", "job"):
        setattr(person, key, getattr(person, key) or getattr(other, key))
    person.agreed_at = person.agreed_at or other.agreed_at
    trail.keep(
        session,
        by,
        now,
        of="person",
        what="merged",
        person_id=person.id,
        before={"person": other.id},
        after={"addresses": list(moved)},
    )


def _hand_over(
    session: Session, membership: Membership, person: Person, now: datetime, *, by: By
) -> None:
    """Two people turned out to be one: a membership of the one is now the other's. Where that one is a
    member too, they keep one of both: the weightier role, mail as it came at its most, what they may
    post at its least; the other membership is given up."""
    own = membership_of(session, membership.community_id, person.id)
    before = snapshot(membership)
    if own is None:
        membership.person_id = person.id
        session.flush()
        after = snapshot(membership)
        note(session, membership, "merged", now, by=by, before=before, after=after)
        return
    note(session, membership, "merged", now, by=by, before=before)
    alter(session, own, "merged", _of_both(own, membership, now.date()), now, by=by)
    session.delete(membership)
    session.flush()


def _of_both(own: Membership, other: Membership, today: date) -> dict[str, Any]:
    """What a person has who was a member twice."""

    def most_mail(member: Membership) -> tuple[bool, int]:
        paused = member.paused_until is not None and member.paused_until > today
        return paused, DELIVERIES.index(member.delivery)

    coming = min(own, other, key=most_mail)
    values = {
        key: getattr(coming, key)
        for key in ("delivery", "paused_from", "paused_until", "address_id")
    }
    # Of two that are the same the one without an end.
    weightier = min(own, other, key=lambda one: (ROLES.index(one.role), one.role_until is not None))
    return values | {
        "role": weightier.role,
        "role_until": weightier.role_until,
        "posting": max(own.posting, other.posting, key=POSTINGS.index),
        "own_posts": own.own_posts or other.own_posts,
        "listed": own.listed or other.listed,
        "since": min(own.since, other.since),
    }
