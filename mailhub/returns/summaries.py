"""What a community's facilitators are told of returns: once a day, one mail with all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import membership, notes
from mailhub.models import Address, Community, Membership, Person, Return, constant
from mailhub.notes import Desk, Note

MAX_TOLD = 2_000  # returns of one day; the rest the day after


def summaries(session: Session, desk: Desk, stewards: Sequence[str], now: datetime) -> list[int]:
    """Queue a summary for each community in which an address was paused, or somebody unsubscribed for a
    complaint, that its facilitators do not know of yet; the Outgoings' ids. Where nobody looks after a
    community, the stewards are told."""
    untold = session.execute(
        select(Return, Person.name)
        .outerjoin(Person, Person.id == Return.person_id)
        .where(
            Return.told_at.is_(None),
            Return.effect.in_((constant("paused"), constant("unsubscribed"))),
        )
        .order_by(Return.at)
        .limit(MAX_TOLD)
    ).all()
    paused: dict[int, list[dict[str, Any]]] = defaultdict(list)
    complained: dict[int, int] = defaultdict(int)
    for returned, name in untold:
        if returned.effect == "unsubscribed":
            complained[returned.community_id or 0] += 1
        elif _is_paused(session, returned.address):
            line = {"name": name or "", "address": returned.address, "reason": returned.reason}
            for community_id in _communities(session, returned.person_id):
                paused[community_id].append(line)
    told: list[Note] = []
    for community_id in sorted(set(paused) | set(complained)):
        community = session.get(Community, community_id)
        if community is None:
            continue
        facts = {"paused": paused[community_id], "complained": complained[community_id]}
        told += [
            Note(
                "returns-summary",
                address,
                community,
                facts,
                person_id,
                cause=("returns-summary", f"{community.slug} {now.isoformat()}"),
                automatic=False,
                duty=True,
            )
            for address, person_id in _readers(session, community, stewards)
        ]
    queued = notes.send(session, desk, told, now)
    session.execute(
        update(Return)
        .where(Return.id.in_([returned.id for returned, _ in untold]))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    return queued


def _is_paused(session: Session, address: str) -> bool:
    statement = select(Address.id).where(Address.address == address, Address.paused_at.is_not(None))
    return session.scalar(statement) is not None


def _communities(session: Session, person_id: int | None) -> list[int]:
    found = select(Membership.community_id).where(Membership.person_id == person_id)
    return list(session.scalars(found))


def _readers(
    session: Session, community: Community, stewards: Sequence[str]
) -> list[tuple[str, int | None]]:
    people = membership.facilitators(session, community.id)
    people = [one for one in people if not _is_paused(session, one[0])]
    return people or [(address, None) for address in stewards]
