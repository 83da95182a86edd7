"""Runs: everybody whose digest is due gets it, once.

The people of one schedule share a moment. A run finds those who have no mark for it, a few hundred at a time
(`digests.readers`), and keeps for each the mark, and where anything happened the delivery with it, in one
transaction: a run that dies is done again, and finds who is left. What is sent is composed when it goes
(`digests.compose`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from digests import choose, due, readers
from digests.bulletins import keeping
from digests.due import Schedule
from digests.gather import Book, Wanted
from digests.readers import Due
from mailhub import outbox
from mailhub.addresses import Purpose, Token
from mailhub.database import Database
from mailhub.models import Delivery, Digest, DigestRun, Outgoing
from mailhub.news import Door
from mailhub.site import Site

SETTLING = timedelta(minutes=1)  # until all that came before a moment is surely in the database

log = structlog.get_logger()


@dataclass(slots=True)
class Made:
    """What a run has done."""

    digests: int = 0
    empty: int = 0


def run(
    database: Database, site: Site, doors: Sequence[Door], as_of: datetime, now: datetime
) -> Made:
    """Make every digest that is due at `as_of` and is not made yet. `now` is when they may be sent."""
    made = Made()
    with database.reading() as session:
        schedules = readers.schedules(session, site)
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
            _run(database, site, doors, schedule, since, until, as_of, now, made)
            _ended(database, schedule, until)
    if made.digests:
        log.info("digests-made", digests=made.digests, empty=made.empty)
    return made


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
    as_of: datetime,
    now: datetime,
    made: Made,
) -> None:
    book = Book(database, site, doors, until)
    after: int | None = 0
    while after is not None:
        with database.reading() as session:
            after, people = readers.following(session, site, schedule, until, after)
            bulletins = _bulletins(session, people, as_of)
        marks, addresses = _marks(book, schedule, since, until, people)
        _on_top(marks, bulletins)
        if not marks:
            continue
        with database.writing() as session:
            full = _keep(session, site, marks, addresses, now)
        made.digests += full
        made.empty += len(marks) - full


def _bulletins(session: Session, people: Sequence[Due], as_of: datetime) -> dict[int, int]:
    """The piece of the stewards that each has not had yet, the oldest first; for most runs nothing."""
    pieces = keeping.pieces(session, as_of)
    if not pieces or not people:
        return {}
    ids = [one.reader.person_id for one in people]
    had = keeping.had(session, ids, pieces)
    left = {one: next((p for p in pieces if (one, p) not in had), 0) for one in ids}
    return {one: piece for one, piece in left.items() if piece}


def _on_top(marks: Sequence[dict[str, Any]], bulletins: dict[int, int]) -> None:
    """Each piece stands in one digest of a person, which is not empty without it."""
    left = dict(bulletins)
    for mark in marks:
        told = mark["entries"] and left.pop(mark["person_id"], None)
        mark["bulletin_id"] = told or None


def _marks(
    book: Book, schedule: Schedule, run_since: datetime, until: datetime, people: Sequence[Due]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The digests of some people, as rows of the table, and where each goes."""
    wanted: list[tuple[Due, int, list[Wanted], datetime]] = []
    for person in people:
        for scope, communities in person.scopes:
            had = person.got.get(scope)
            if had is not None and had >= until:
                continue  # made already, by a run that died
            since = due.since(schedule, until, run_since, had)
            asked = [Wanted(one, since, person.language) for one in communities]
            wanted.append((person, scope, asked, since))
    told = book.of({one for _, _, asked, _ in wanted for one in asked})
    same = {
        "frequency": schedule.frequency,
        "day": due.day_of(schedule, until),
        "until": until,
    }
    marks = [
        same
        | {
            "person_id": person.reader.person_id,
            "community_id": scope,
            "since": since,
            "form": person.form,
            "language": person.language,
            "entries": choose.entries(person.reader, [one for key in asked for one in told[key]]),
        }
        for person, scope, asked, since in wanted
    ]
    return marks, [person.address for person, *_ in wanted]


# Core, without an order of what is returned: a statement for hundreds of rows, not one for each.
_DIGEST, _OUTGOING = cast("Table", Digest.__table__), cast("Table", Outgoing.__table__)
_INSERT_DIGEST = insert(_DIGEST).returning(
    _DIGEST.c.id, _DIGEST.c.person_id, _DIGEST.c.community_id
)
_INSERT_OUTGOING = insert(_OUTGOING).returning(_OUTGOING.c.id, _OUTGOING.c.digest_id)
_INSERT_DELIVERY = insert(cast("Table", Delivery.__table__))


def _keep(
    session: Session,
    site: Site,
    marks: Sequence[dict[str, Any]],
    addresses: Sequence[str],
    now: datetime,
) -> int:
    """The marks, and a delivery for each that tells of anything; how many do."""
    connection = session.connection()
    ids = {row[1:]: row[0] for row in connection.execute(_INSERT_DIGEST, marks)}
    sent = {
        ids[mark["person_id"], mark["community_id"]]: (mark, address)
        for mark, address in zip(marks, addresses, strict=True)
        if mark["entries"]
    }
    if not sent:
        return 0
    mails = {
        id_: {
            "digest_id": id_,
            "community_id": mark["community_id"] or None,
            "message_id": message_id(site, id_, mark["person_id"]),
            "created_at": now,
        }
        for id_, (mark, _) in sent.items()
    }
    deliveries = []
    for outgoing_id, id_ in connection.execute(_INSERT_OUTGOING, list(mails.values())):
        mark, address = sent[id_]
        key = outbox.mail_key(mails[id_]["message_id"], f"outgoing {outgoing_id}")
        deliveries.append(
            {
                "outgoing_id": outgoing_id,
                "person_id": mark["person_id"],
                "address": address,
                "mail_key": key,
                "due_at": now,
            }
        )
    connection.execute(_INSERT_DELIVERY, deliveries)
    return len(sent)


def token(digest_id: int, person_id: int) -> Token:
    """What an answer to a digest carries."""
    return Token(Purpose.DIGEST, digest_id, person_id)


def message_id(site: Site, digest_id: int, person_id: int) -> str:
    """The Message-ID of a digest, the same whenever it is composed."""
    return f"{site.tokens.word(token(digest_id, person_id))}.{digest_id:x}@{site.domain}"
