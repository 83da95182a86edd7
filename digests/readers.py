"""Readers: the people who share a schedule, a few hundred at a time, with all that a run must know of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from digests.choose import Reader
from digests.due import FREQUENCIES, Schedule
from mailhub.models import Address, Digest, Membership, Mute, Person
from mailhub.models.digests import ALL
from mailhub.outbox import first_address, is_present
from mailhub.site import Site

BATCH = 300  # people of one transaction


@dataclass(slots=True)
class Due:
    """Somebody whose digest is due, with the communities that it is about, and up to when their last ones of
    this frequency told, by scope."""

    reader: Reader
    address: str
    language: str
    form: str
    apart: bool
    communities: list[int] = field(default_factory=list)
    got: dict[int, datetime] = field(default_factory=dict)

    @property
    def scopes(self) -> list[tuple[int, list[int]]]:
        """(ALL or the community, the communities) of each of their digests."""
        if self.apart:
            return [(one, [one]) for one in self.communities]
        return [(ALL, self.communities)]


def schedules(session: Session, site: Site) -> list[Schedule]:
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


def following(
    session: Session, site: Site, schedule: Schedule, until: datetime, after: int
) -> tuple[int | None, list[Due]]:
    """The next BATCH of those who have this schedule and were there then, behind the person `after`: the last
    one's id, None where there are no more, and those of them who have mail sent now."""
    theirs = _theirs(site, schedule, until)
    ids = session.scalars(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.id > after, *theirs)
        .distinct()
        .order_by(Person.id)
        .limit(BATCH)
    ).all()
    if not ids:
        return None, []
    return ids[-1], _found(session, schedule, ids, theirs)


def _theirs(site: Site, schedule: Schedule, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is true of their memberships."""
    zones = [schedule.zone, ""] if schedule.zone == site.zone else [schedule.zone]
    return (
        Membership.delivery == schedule.frequency,
        Person.digest_hour == schedule.hour,
        Person.zone.in_(zones),
        Membership.since <= until,
        is_present(until.date()),
        *([Person.digest_day == schedule.day] if schedule.frequency != "daily" else ()),
    )


def _found(
    session: Session,
    schedule: Schedule,
    ids: Sequence[int],
    theirs: Collection[ColumnElement[bool]],
) -> list[Due]:
    rows: Any = session.connection().execute(
        select(
            Person.id,
            Address.address,
            Person.organisation,
            Person.language,
            Person.digest_form,
            Person.digests_apart,
            Membership.community_id,
        )
        .join(Membership, Membership.person_id == Person.id)
        .join(Address, Address.id == func.coalesce(Membership.address_id, first_address()))
        # All that is sent to a paused address comes back.
        .where(Person.id.in_(ids), Address.paused_at.is_(None), *theirs)
        .order_by(Person.id, Membership.community_id)
    )
    muted = _muted(session, ids)
    found: dict[int, Due] = {}
    for id_, address, organisation, language, form, apart, community_id in rows:
        one = found.get(id_)
        if one is None:
            reader = Reader(id_, organisation, muted.get(id_, frozenset()))
            one = found[id_] = Due(reader, address, language or "en", form, apart)
        one.communities.append(community_id)
    for id_, scope, until in session.connection().execute(
        select(Digest.person_id, Digest.community_id, func.max(Digest.until))
        .where(Digest.person_id.in_(ids), Digest.frequency == schedule.frequency)
        .group_by(Digest.person_id, Digest.community_id)
    ):
        if id_ in found:
            found[id_].got[scope] = until
    return list(found.values())


def _muted(session: Session, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    threads: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, thread_id in session.execute(
        select(Mute.person_id, Mute.thread_id).where(Mute.person_id.in_(ids))
    ):
        threads[person_id].add(thread_id)
    return {person_id: frozenset(muted) for person_id, muted in threads.items()}
