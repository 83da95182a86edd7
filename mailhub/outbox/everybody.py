"""Queueing a newsletter: to everybody whom mail reaches and who has not declined, some hundred at a time."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Insert,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session, aliased

from mailhub.models import Address, Bulletin, Delivery, Membership, Outgoing, Person, constant
from mailhub.outbox.queueing import COLUMNS, finished
from mailhub.outbox.takers import is_present

ENGLISH = "en"


def _wants_mail(today: ColumnElement[Any]) -> ColumnElement[bool]:
    """Criterion on Person: a member of something, who takes its mail, is not away from all of it, and has
    not declined newsletters."""
    takes = exists().where(
        Membership.person_id == Person.id,
        Membership.delivery != "none",
        is_present(today),
    )
    return Person.newsletters & takes


def _address() -> ColumnElement[Any]:
    """The first address of a person to which mail goes; those that it comes back from are passed over."""
    one = aliased(Address)
    return (
        select(func.min(one.id))
        .where(one.person_id == Person.id, one.paused_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def everybody(session: Session, now: datetime) -> int:
    """How many people a newsletter would go to."""
    found = select(func.count()).where(_wants_mail(literal(now.date())), _address().is_not(None))
    return session.scalar(found.select_from(Person)) or 0


def languages(session: Session) -> list[str]:
    """Those that anybody has chosen, English first."""
    chosen = session.scalars(select(Person.language).distinct())
    return [ENGLISH, *sorted({one for one in chosen if one} - {ENGLISH})]


def newsletter(
    session: Session, bulletin_id: int, message_id: str, raw: bytes, now: datetime
) -> int:
    """A newsletter's mail in one language; its copies are queued by `next_copies`."""
    return finished(session, message_id, raw, now, bulletin_id=bulletin_id)


def next_copies(
    session: Session,
    outgoing: dict[str, int],
    key: bytes,
    after: int,
    now: datetime,
    *,
    limit: int,
) -> tuple[int | None, int]:
    """Queue the copies of the next `limit` people behind the person `after`, each in their language
    (`outgoing` by language; English for others). The last of these people, None where there are no more, and how
    many copies there are."""
    people = select(Person.id).where(Person.id > after).order_by(Person.id).limit(limit)
    last = session.scalar(select(func.max(people.subquery().c.id)))
    if last is None:
        return None, 0
    count = 0
    for language, outgoing_id in outgoing.items():
        others = [one for one in outgoing if one != ENGLISH]
        queued: Any = session.connection().execute(
            _queue(is_english=language == ENGLISH),
            {
                "outgoing": outgoing_id,
                "key": key,
                "now": now,
                "today": now.date(),
                "after": after,
                "last": last,
                "language": language,
                "others": others,
            },
            execution_options={"preserve_rowcount": True},  # PostgreSQL's is not kept otherwise
        )
        count += queued.rowcount
    return last, count


@cache
def _queue(*, is_english: bool) -> Insert:
    target = aliased(Address)
    spoken = (
        Person.language.not_in(bindparam("others", expanding=True))
        if is_english
        else Person.language == bindparam("language")
    )
    recipients = (
        select(
            bindparam("outgoing", type_=Delivery.outgoing_id.type),
            Person.id,
            literal(None, Delivery.membership_id.type),
            target.address,
            bindparam("key", type_=Delivery.mail_key.type),
            constant("queued"),
            bindparam("now", type_=Delivery.due_at.type),
            literal(0),
            literal(""),
            literal(""),
        )
        .join(target, target.id == _address())
        .where(
            Person.id > bindparam("after"),
            Person.id <= bindparam("last"),
            _wants_mail(bindparam("today", type_=Date)),
            spoken,
        )
        .order_by(Person.id)
    )
    return insert(Delivery).from_select(COLUMNS, recipients, include_defaults=False)


def is_wanted() -> ColumnElement[bool]:
    """Criterion on Delivery: it is a copy of a newsletter that was not withdrawn, to somebody who has not
    declined since."""
    return exists().where(
        Outgoing.id == Delivery.outgoing_id,
        Bulletin.id == Outgoing.bulletin_id,
        Bulletin.state.in_([constant("going"), constant("gone")]),
        Person.id == Delivery.person_id,
        Person.newsletters,
    )
