"""Runs: everybody whose digest is due gets it, once.

The people of one schedule share a moment. A run finds those who have no mark for it, a few hundred at a time,
and keeps for each the mark, and where anything happened the delivery with it, in one transaction: a run that
dies is done again, and finds who is left. What is sent is composed when it goes (`digests.compose`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from digests import choose, due
from digests.choose import Reader
from digests.due import FREQUENCIES, Schedule
from digests.gather import Book, Wanted
from mailhub import outbox
from mailhub.addresses import Purpose, Token
from mailhub.database import Database
from mailhub.models import (
    Address,
    Delivery,
    Digest,
    DigestRun,
    Membership,
    Mute,
    Outgoing,
    Person,
)
from mailhub.models.digests import ALL
from mailhub.news import Door
from mailhub.site import Site

SETTLING = timedelta(minutes=1)  # until all that came before a moment is surely in the database
BATCH = 300  # people of one transaction

log = structlog.get_logger()


@dataclass(slots=True)
class Made:
    """What a run has done."""

    digests: int = 0
    empty: int = 0


@dataclass(slots=True)
class _Person:
    """Somebody whose digest is due, with the communities that it is about."""

    id: int
    address: str
    organisation: str
    language: str
    form: str
    apart: bool
    communities: list[int] = field(default_factory=list)

    @property
    def scopes(self) -> list[tuple[int, list[int]]]:
        """(ALL or the community, the communities) of each of their digests."""
        if self.apart:
            return [(one, [one]) for one in self.communities]
        return [(ALL, self.communities)]


def run(
    database: Database, site: Site, doors: Sequence[Door], as_of: datetime, now: datetime
) -> Made:
    """Make every digest that is due at `as_of` and is not made yet. `now` is when they may be sent."""
    made = Made()
    with database.reading() as session:
        schedules = _schedules(session, site)
        done = {
            Schedule(row.frequency, row.day, row.hour, row.zone): row.until
            for row in session.scalars(select(DigestRun))
        }
    for schedule in schedules:
        until = due.last(schedule, as_of - SETTLING)
        since = done.get(schedule)
        if since is None:
            _begin(database, schedule, until)
        elif since < until:
            _run(database, site, doors, schedule, since, until, now, made)
            _ended(database, schedule, until)
    if made.digests:
        log.info("digests-made", digests=made.digests, empty=made.empty)
    return made


def _schedules(session: Session, site: Site) -> list[Schedule]:
    """Those that anybody has."""
    rows = session.execute(
        select(Membership.delivery, Person.digest_day, Person.digest_hour, Person.zone)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.delivery.in_(FREQUENCIES))
        .distinct()
    )
    return sorted({schedule_of(*row, site) for row in rows})


def schedule_of(frequency: str, day: int, hour: int, zone: str, site: Site) -> Schedule:
    """The schedule of somebody's settings."""
    return Schedule(frequency, 0 if frequency == "daily" else day, hour, zone or site.zone)


def _begin(database: Database, schedule: Schedule, until: datetime) -> None:
    """A schedule that nobody had before begins with its next moment. Of two processes that begin it at
    once the first one's row stays."""
    named = _named(schedule)
    with suppress(IntegrityError), database.writing() as session:
        if session.get(DigestRun, tuple(named.values())) is None:
            session.add(DigestRun(**named, until=until, since=due.before(schedule, until)))


def _ended(database: Database, schedule: Schedule, until: datetime) -> None:
    with database.writing() as session:
        session.execute(
            update(DigestRun)
            .where(
                *(getattr(DigestRun, key) == value for key, value in _named(schedule).items()),
                DigestRun.until < until,
            )
            .values(since=DigestRun.until, until=until)
        )


def _named(schedule: Schedule) -> dict[str, Any]:
    return {
        "frequency": schedule.frequency,
        "day": schedule.day,
        "hour": schedule.hour,
        "zone": schedule.zone,
    }


def _run(
    database: Database,
    site: Site,
    doors: Sequence[Door],
    schedule: Schedule,
    since: datetime,
    until: datetime,
    now: datetime,
    made: Made,
) -> None:
    book = Book(database, site, doors, until)
    after = 0
    while True:
        with database.reading() as session:
            ids, people = _people(session, site, schedule, until, after)
            if not ids:
                return
            after = ids[-1]
            got = _got(session, schedule, [one.id for one in people])
            muted = _muted(session, [one.id for one in people])
        _make(database, site, book, schedule, since, until, now, people, got, muted, made)


def _people(
    session: Session, site: Site, schedule: Schedule, until: datetime, after: int
) -> tuple[Sequence[int], list[_Person]]:
    """The next BATCH of those who have this schedule and were there then; and those of them who have mail
    sent now."""
    zones = [schedule.zone, ""] if schedule.zone == site.zone else [schedule.zone]
    first = (
        select(func.min(Address.id))
        .where(Address.person_id == Membership.person_id)
        .correlate(Membership)
        .scalar_subquery()
    )
    theirs = (
        Membership.delivery == schedule.frequency,
        Person.digest_hour == schedule.hour,
        Person.zone.in_(zones),
        Membership.since <= until,
        or_(Membership.paused_until.is_(None), Membership.paused_until <= until.date()),
        *([Person.digest_day == schedule.day] if schedule.frequency != "daily" else ()),
    )
    ids = session.scalars(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.id > after, *theirs)
        .distinct()
        .order_by(Person.id)
        .limit(BATCH)
    ).all()
    rows = session.execute(
        select(Person, Membership.community_id, Address.address, Address.paused_at)
        .join(Membership, Membership.person_id == Person.id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first))
        .where(Person.id.in_(ids), *theirs)
        .order_by(Person.id, Membership.community_id)
    )
    found: dict[int, _Person] = {}
    for person, community_id, address, paused_at in rows:
        if paused_at is not None:  # all that is sent there comes back
            continue
        one = found.setdefault(
            person.id,
            _Person(
                person.id,
                address,
                person.organisation,
                person.language or "en",
                person.digest_form,
                person.digests_apart,
            ),
        )
        one.communities.append(community_id)
    return ids, list(found.values())


def _got(
    session: Session, schedule: Schedule, ids: Sequence[int]
) -> dict[tuple[int, int], datetime]:
    """Up to when each person's last digest of this frequency told, by (person, scope)."""
    rows = session.execute(
        select(Digest.person_id, Digest.community_id, func.max(Digest.until))
        .where(Digest.person_id.in_(ids), Digest.frequency == schedule.frequency)
        .group_by(Digest.person_id, Digest.community_id)
    )
    return {(person_id, scope): until for person_id, scope, until in rows}


def _muted(session: Session, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    threads: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, thread_id in session.execute(
        select(Mute.person_id, Mute.thread_id).where(Mute.person_id.in_(ids))
    ):
        threads[person_id].add(thread_id)
    return {person_id: frozenset(muted) for person_id, muted in threads.items()}


def _make(
    database: Database,
    site: Site,
    book: Book,
    schedule: Schedule,
    run_since: datetime,
    until: datetime,
    now: datetime,
    people: Sequence[_Person],
    got: dict[tuple[int, int], datetime],
    muted: dict[int, frozenset[int]],
    made: Made,
) -> None:
    """The digests of some people, in one transaction."""
    wanted: list[tuple[_Person, int, list[int], datetime]] = []
    for person in people:
        for scope, communities in person.scopes:
            had = got.get((person.id, scope))
            if had is not None and had >= until:
                continue  # made already, by a run that died
            since = due.since(schedule, until, run_since, had)
            wanted.append((person, scope, communities, since))
    told = book.of(
        Wanted(community, since, person.language)
        for person, _, communities, since in wanted
        for community in communities
    )
    marks = []
    for person, scope, communities, since in wanted:
        reader = Reader(person.id, person.organisation, muted.get(person.id, frozenset()))
        here = (
            one
            for community in communities
            for one in told[Wanted(community, since, person.language)]
        )
        marks.append(
            {
                "person_id": person.id,
                "frequency": schedule.frequency,
                "community_id": scope,
                "day": due.day_of(schedule, until),
                "since": since,
                "until": until,
                "form": person.form,
                "language": person.language,
                "entries": choose.entries(reader, here),
            }
        )
    if not marks:
        return
    addresses = {person.id: person.address for person in people}
    with database.writing() as session:
        _keep(session, site, marks, addresses, now)
    full = sum(bool(mark["entries"]) for mark in marks)
    made.digests += full
    made.empty += len(marks) - full


_INSERT_DIGEST = insert(Digest).returning(Digest.id, sort_by_parameter_order=True)
_INSERT_OUTGOING = insert(Outgoing).returning(Outgoing.id, sort_by_parameter_order=True)


def _keep(
    session: Session,
    site: Site,
    marks: Sequence[dict[str, Any]],
    addresses: dict[int, str],
    now: datetime,
) -> None:
    """The marks, and a delivery for each that tells of anything."""
    ids = list(session.scalars(_INSERT_DIGEST, marks))
    sent = [(id_, mark) for id_, mark in zip(ids, marks, strict=True) if mark["entries"]]
    if not sent:
        return
    mails = [
        {
            "digest_id": id_,
            "community_id": mark["community_id"] or None,
            "message_id": message_id(site, id_, mark["person_id"]),
            "created_at": now,
        }
        for id_, mark in sent
    ]
    outgoing = list(session.scalars(_INSERT_OUTGOING, mails))
    session.execute(
        insert(Delivery),
        [
            {
                "outgoing_id": outgoing_id,
                "person_id": mark["person_id"],
                "address": addresses[mark["person_id"]],
                "mail_key": outbox.mail_key(str(mail["message_id"]), f"outgoing {outgoing_id}"),
                "due_at": now,
            }
            for outgoing_id, mail, (_, mark) in zip(outgoing, mails, sent, strict=True)
        ],
    )


def token(digest_id: int, person_id: int) -> Token:
    """What an answer to a digest carries."""
    return Token(Purpose.DIGEST, digest_id, person_id)


def message_id(site: Site, digest_id: int, person_id: int) -> str:
    """The Message-ID of a digest, the same whenever it is composed."""
    return f"{site.tokens.word(token(digest_id, person_id))}.{digest_id:x}@{site.domain}"
