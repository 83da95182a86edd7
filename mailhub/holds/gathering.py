"""Gathering: one mail a day with all that waits, for those who prefer it, at their hour; and what somebody
was not told of, since too much came at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.holds.noticing import Reader, notice, readers
from mailhub.models import Community, Hold, Notice, Noticed, constant
from mailhub.notes import Desk

UNTOLD = timedelta(hours=1)  # what nobody was told of by then is gathered


def morning(session: Session, desk: Desk, now: datetime) -> list[int]:
    """One notice to each for whom something is gathered now, over all communities that they look after;
    the Outgoings."""
    told: list[int] = []
    for reader, holds in _gathered(session, now):
        communities = {held.community_id for held in holds}
        one = session.get(Community, communities.pop()) if len(communities) == 1 else None
        told += notice(session, desk, reader, holds, "morning", now, community=one)
    return told


def _gathered(session: Session, now: datetime) -> Sequence[tuple[Reader, list[Hold]]]:
    """Who is to be told of what now."""
    waiting = session.scalars(
        select(Hold)
        .where(Hold.state == constant("waiting"))
        .order_by(Hold.community_id, Hold.held_at, Hold.id)
    )
    known = _known(session)
    had = _had_today(session, now)
    found: dict[int, tuple[Reader, list[Hold]]] = {}
    for community_id, group in groupby(waiting, key=lambda held: held.community_id):
        holds = list(group)
        for reader in readers(session, community_id, ()):
            person_id = reader.person_id
            if person_id is None:
                continue
            if reader.hour is None:
                theirs = [
                    held
                    for held in holds
                    if held.held_at < now - UNTOLD and (person_id, held.id) not in known
                ]
            else:
                theirs = holds if reader.hour == now.hour and person_id not in had else []
            if theirs:
                found.setdefault(person_id, (reader, []))[1].extend(theirs)
    return list(found.values())


def _known(session: Session) -> set[tuple[int, int]]:
    """(person, hold): who was told of what waits."""
    rows = session.execute(
        select(Notice.person_id, Noticed.hold_id)
        .join(Noticed, Noticed.notice_id == Notice.id)
        .join(Hold, Hold.id == Noticed.hold_id)
        .where(Hold.state == constant("waiting"))
    )
    return {(person_id, hold_id) for person_id, hold_id in rows if person_id is not None}


def _had_today(session: Session, now: datetime) -> set[int]:
    """Who has had today's."""
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = select(Notice.person_id).where(Notice.sent_at >= since, Notice.kind == "morning")
    return {person_id for person_id in session.scalars(found) if person_id is not None}
