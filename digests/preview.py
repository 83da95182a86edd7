"""A digest as somebody would get it, looked at without being made: nothing is kept and nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests import choose, due
from digests.bulletins import keeping
from digests.bulletins.writing import piece as bulletin_of
from digests.choose import Reader
from digests.compose import Composed, Composer
from digests.due import FREQUENCIES
from digests.gather import Book, Wanted
from digests.pieces import piece_of
from digests.readers import schedule_of
from digests.run import message_id
from mailhub import membership
from mailhub.database import Database
from mailhub.models import Bulletin, Community, Digest, Membership, Mute, Person
from mailhub.models.digests import ALL
from mailhub.news import Door
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Preview:
    """What one digest would be; `composed` is None where nothing has happened."""

    frequency: str
    community_id: int
    since: datetime
    until: datetime
    composed: Composed | None


def previews(
    database: Database, site: Site, doors: Sequence[Door], address: str, as_of: datetime
) -> list[Preview]:
    """Every digest that the person of an address would get, were it made now; who has none, as if it
    were a weekly one over all. Unusable where nobody has the address."""
    with database.reading() as session:
        person = membership.who_has(session, address)
        pairs = membership.of_person(session, person.id)
        muted = frozenset(
            session.scalars(select(Mute.thread_id).where(Mute.person_id == person.id))
        )
        wanted = _wanted(person, pairs)
        had = keeping.had(session, [person.id], pieces := keeping.pieces(session, as_of))
        piece = next((one for one in pieces if (person.id, one) not in had), None)
        on_top = bulletin_of(session.get_one(Bulletin, piece)) if piece else None
        since = {
            (frequency, scope): _since(session, site, person, frequency, scope, as_of)
            for frequency, scope, _ in wanted
        }
    places = {
        community.id: SimpleNamespace(id=community.id, slug=community.slug, name=community.name)
        for community, _ in pairs
    }
    reader = Reader(person.id, person.organisation, muted)
    found = []
    for frequency, scope, communities in wanted:
        begins = since[frequency, scope]
        book = Book(database, site, doors, as_of, keeps=False)
        told = book.of(Wanted(one, begins, person.language or "en") for one in communities)
        row = SimpleNamespace(
            id=0,
            created_at=as_of,
            message_id=message_id(site, 0, person.id),
            person_id=person.id,
            frequency=frequency,
            community_id=scope,
            since=begins,
            until=as_of,
            form=person.digest_form,
            language=person.language or "en",
            entries=choose.entries(reader, [one for some in told.values() for one in some]),
            name=person.name,
            organisation=person.organisation,
            zone=person.zone,
            address=address,
        )
        rendered = {i: piece_of(SimpleNamespace(**one)) for i, one in book.unkept.items()}
        composed = Composer(site).composed(row, rendered, places, {}, on_top)
        on_top = on_top if composed is None else None
        found.append(Preview(frequency, scope, begins, as_of, composed))
    return found


def _wanted(
    person: Person, pairs: Sequence[tuple[Community, Membership]]
) -> list[tuple[str, int, list[int]]]:
    """(frequency, scope, communities) of each."""
    by: dict[str, list[int]] = {}
    for _, member in pairs:
        by.setdefault(member.delivery, []).append(member.community_id)
    chosen = {frequency: ids for frequency, ids in by.items() if frequency in FREQUENCIES}
    if not chosen:
        chosen = {"weekly": [one for ids in by.values() for one in ids]}
    if person.digests_apart:
        return [(frequency, one, [one]) for frequency, ids in chosen.items() for one in ids]
    return [(frequency, ALL, ids) for frequency, ids in chosen.items()]


def _since(
    session: Session, site: Site, person: Person, frequency: str, scope: int, as_of: datetime
) -> datetime:
    schedule = schedule_of(frequency, person.digest_day, person.digest_hour, person.zone, site)
    last = session.scalar(
        select(func.max(Digest.until)).where(
            Digest.person_id == person.id,
            Digest.frequency == frequency,
            Digest.community_id == scope,
            Digest.until < as_of,
        )
    )
    moment = due.last(schedule, as_of)
    return due.since(schedule, as_of, due.before(schedule, moment), last)
