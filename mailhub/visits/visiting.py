"""Visits: begun by a link, known by a secret that the browser keeps, and ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session

from mailhub.models import Address, Person, SignIn, Visit
from mailhub.models.base import Moment
from mailhub.visits.links import hashed

UNSEEN = timedelta(days=7)
LONGEST = timedelta(days=30)
NOTED = timedelta(hours=12)  # how old what is known of the last visit may be
MOST = 20  # of one person at a time; the one that began first ends


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in."""

    visit_id: int
    person_id: int
    name: str
    address: str
    seen_at: datetime


def begin(session: Session, link: str, browser: str, now: datetime) -> tuple[str, str] | None:
    """(the secret of a new visit, the address) for whoever has a link that was not used, in the browser that
    asked for it; None for everybody else, who leave it as it is."""
    used = session.execute(
        update(SignIn)
        .where(
            SignIn.link == hashed(link),
            SignIn.browser == hashed(browser),
            SignIn.used_at.is_(None),
            SignIn.ends_at > now,
        )
        .values(used_at=now)
        .returning(SignIn.person_id, SignIn.address)
        .execution_options(synchronize_session=False)
    ).first()
    if used is None:
        return None
    mine = Address.person_id == used.person_id, Address.address == used.address
    if session.scalar(select(Address.id).where(*mine)) is None:
        return None
    secret = secrets.token_urlsafe(32)
    session.add(
        Visit(
            secret=hashed(secret),
            person_id=used.person_id,
            address=used.address,
            began_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )
    session.flush()
    _end_the_first(session, used.person_id)
    return secret, used.address


def _end_the_first(session: Session, person_id: int) -> None:
    mine = select(Visit.id).where(Visit.person_id == person_id).order_by(Visit.id.desc())
    too_many = session.scalars(mine.offset(MOST)).all()
    if too_many:
        session.execute(delete(Visit).where(Visit.id.in_(too_many)))


_OF_SECRET = (
    select(Visit.id, Visit.person_id, Person.name, Visit.address, Visit.seen_at)
    .join(Person, Person.id == Visit.person_id)
    # An address that was given up, or is somebody else's by now, opens nothing.
    .join(Address, (Address.address == Visit.address) & (Address.person_id == Visit.person_id))
    .where(
        Visit.secret == bindparam("secret"),
        Visit.ends_at > bindparam("now", type_=Moment()),
        Visit.seen_at > bindparam("unseen", type_=Moment()),
    )
)


def of_secret(db: Connection, secret: str, now: datetime) -> Visitor | None:
    """Who has this secret; None where that is nobody any more."""
    row = db.execute(
        _OF_SECRET, {"secret": hashed(secret), "now": now, "unseen": now - UNSEEN}
    ).first()
    return Visitor(*row) if row else None


def seen(session: Session, visitor: Visitor, now: datetime) -> None:
    """Note that a visitor was here, where that was last noted some time ago."""
    if visitor.seen_at < now - NOTED:
        session.execute(update(Visit).where(Visit.id == visitor.visit_id).values(seen_at=now))


def end(session: Session, visit_id: int) -> None:
    """A person signs out."""
    session.execute(delete(Visit).where(Visit.id == visit_id))


def end_all(session: Session, person_id: int, now: datetime) -> None:
    """A person signs out everywhere; links that are still on their way open nothing any more."""
    session.execute(delete(Visit).where(Visit.person_id == person_id))
    session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.used_at.is_(None))
        .values(used_at=now)
    )
