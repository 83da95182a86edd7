"""What a person leaves behind in the tables that all rooms share, and its going."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session

from mailhub.database import Database
from mailhub.models import (
    Address,
    Ailing,
    Change,
    Delivery,
    Hold,
    Inbound,
    Membership,
    Mute,
    Outgoing,
    Person,
    Post,
    RawMail,
    Reaction,
    ReaderLink,
    Request,
    Return,
    SignIn,
    Steward,
    Visit,
)
from mailhub.privacy.posts import forget_mails

ROWS = 500  # of one transaction
_OVER = ("sent", "failed", "covered", "cancelled")


@dataclass(frozen=True, slots=True)
class Theirs:
    """Whose something is: their rows, addresses and names, and the last rows that can be theirs."""

    people: list[int]  # and those that were merged into them
    addresses: list[str]  # folded
    names: list[str]
    begun_at: str  # ISO
    last_post: int
    last_mail: int
    last_delivery: int
    everything: bool  # their words and papers go too

    @property
    def at(self) -> datetime:
        """When they ceased to be anybody here."""
        return datetime.fromisoformat(self.begun_at)


def all_of(session: Session, person: Person) -> list[int]:
    """A person and those who turned out to be the same."""
    found = [person.id]
    latest = [person.id]
    while latest:
        latest = list(session.scalars(select(Person.id).where(Person.merged_into_id.in_(latest))))
        found += latest
    return found


def names(session: Session, people: Sequence[int]) -> list[str]:
    """What they were called, also in the mails they wrote."""
    said = set(session.scalars(select(Person.name).where(Person.id.in_(people))))
    said |= set(
        session.scalars(select(Post.author_name).where(Post.author_id.in_(people)).distinct())
    )
    return sorted(filter(None, said))


def end_now(session: Session, theirs: Theirs) -> None:
    """What makes them somebody: addresses, mutes, what they say of themselves."""
    own = select(Address.id).where(Address.person_id.in_(theirs.people))
    for table, column in ((Ailing, Ailing.address_id), (Address, Address.id)):
        session.execute(
            delete(table).where(column.in_(own)).execution_options(synchronize_session=False)
        )
    session.execute(delete(Mute).where(Mute.person_id.in_(theirs.people)))
    session.execute(delete(Reaction).where(Reaction.person_id.in_(theirs.people)))
    session.execute(delete(Membership).where(Membership.person_id.in_(theirs.people)))
    session.execute(delete(Visit).where(Visit.person_id.in_(theirs.people)))
    session.execute(delete(ReaderLink).where(ReaderLink.person_id.in_(theirs.people)))
    session.execute(delete(SignIn).where(SignIn.person_id.in_(theirs.people)))
    session.execute(delete(Steward).where(Steward.address.in_(theirs.addresses)))
    session.execute(
        update(Person)
        .where(Person.id.in_(theirs.people))
        .values(
            name="",
            organisation="",
            job="",
            zone="",
            language="",
            agreed_at=None,
            away_since=None,
            away_until=None,
        )
    )
    session.expire_all()


def posts(database: Database, theirs: Theirs, batch: int) -> Iterator[list[int]]:
    """Their posts that are not tombstones yet, some at a time; also those that they wrote before they
    were anybody here."""
    own = Post.author_id.in_(theirs.people)
    as_strangers = and_(
        Post.author_id.is_(None), func.lower(Post.author_address).in_(theirs.addresses)
    )
    for which in (own, as_strangers):
        with database.reading() as session:
            found = session.scalars(
                select(Post.id).where(which, Post.id <= theirs.last_post, Post.gone == "")
            ).all()
        for start in range(0, len(found), batch):
            yield list(found[start : start + batch])


def mails(database: Database, theirs: Theirs) -> int:
    """Their other mails: commands, held ones, what they wrote to facilitators, what came back from
    them. How many."""
    with database.reading() as session:
        ids = sorted({i for one in _mails(theirs) for i in session.scalars(one)})
    for start in range(0, len(ids), ROWS):
        some = ids[start : start + ROWS]
        with database.writing() as session:
            session.execute(
                update(Hold)
                .where(
                    Hold.inbound_id.in_(some),
                    or_(Hold.state == "waiting", Hold.acts_at.is_not(None)),
                )
                .values(state="discarded", decided_at=theirs.at, decided_by="", acts_at=None)
            )
            told = select(Inbound.message_id).where(Inbound.id.in_(some), Inbound.message_id != "")
            session.execute(  # passed on to facilitators, or to the stewards
                update(Outgoing)
                .where(Outgoing.message_id.in_(told), Outgoing.raw.is_not(None))
                .values(raw=b"")
                .execution_options(synchronize_session=False)
            )
            forget_mails(session, some)
    return len(ids)


def _mails(theirs: Theirs) -> Iterator[Select[Any]]:
    """The mails of theirs that are kept still and are no posts, by each way to find some."""
    done = and_(
        Inbound.state != "waiting",
        Inbound.id <= theirs.last_mail,
        exists().where(RawMail.inbound_id == Inbound.id),
        ~exists().where(Post.inbound_id == Inbound.id),
    )
    yield select(Inbound.id).where(func.lower(Inbound.mail_from).in_(theirs.addresses), done)
    for table, which in (
        (Hold, func.lower(Hold.author_address).in_(theirs.addresses)),
        (Change, Change.by_id.in_(theirs.people)),
        (Request, Request.address.in_(theirs.addresses)),
        (Return, or_(Return.person_id.in_(theirs.people), Return.address.in_(theirs.addresses))),
    ):
        yield (select(Inbound.id).join(table, table.inbound_id == Inbound.id).where(done, which))


def deliveries(database: Database, theirs: Theirs) -> bool:
    """What was sent to them: nobody knows any more that it was they. False where a copy is on its way
    at this moment, for which one has to wait."""
    theirs_too = or_(
        func.coalesce(Delivery.person_id, 0).in_(theirs.people),
        Delivery.address.in_(theirs.addresses),
    )
    to_them = and_(Delivery.id <= theirs.last_delivery, theirs_too)
    with database.reading() as session:
        ids = session.scalars(select(Delivery.id).where(to_them)).all()
    for start in range(0, len(ids), ROWS):
        these = Delivery.id.in_(ids[start : start + ROWS])
        with database.writing() as session:
            waiting = Delivery.state.in_(("queued", "deferred"))
            session.execute(
                update(Delivery)
                .where(these, waiting)
                .values(state="cancelled")
                .execution_options(synchronize_session=False)
            )
            over = and_(these, Delivery.state.in_(_OVER))
            private = select(Delivery.outgoing_id).where(over, Delivery.membership_id.is_(None))
            others = select(Delivery.outgoing_id).where(
                Delivery.outgoing_id.in_(private), not_(theirs_too), Delivery.address != ""
            )
            session.execute(
                update(Outgoing)
                .where(
                    Outgoing.id.in_(private),
                    Outgoing.id.not_in(others),
                    Outgoing.raw.is_not(None),
                )
                .values(raw=b"")
                .execution_options(synchronize_session=False)
            )
            session.execute(
                update(Delivery)
                .where(over)
                .values(person_id=None, address="", reason="")
                .execution_options(synchronize_session=False)
            )
    with database.reading() as session:
        return session.scalar(select(Delivery.id).where(to_them).limit(1)) is None
