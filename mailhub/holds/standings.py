"""What is thought of an address in a community: trusted, moderated or banned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.membership import trail
from mailhub.models import Change, Standing


def standing(session: Session, community_id: int, address: str) -> str:
    """trusted, moderated or banned; "" where nothing is thought of an address."""
    found = session.get(Standing, (community_id, addresses.fold(address)))
    return found.what if found else ""


def standings(
    session: Session, communities: Collection[int], folded: Collection[str]
) -> Mapping[tuple[int, str], str]:
    """The same of several addresses in several communities, by (community, address)."""
    if not communities or not folded:
        return {}
    rows = session.execute(
        select(Standing.community_id, Standing.address, Standing.what).where(
            Standing.community_id.in_(communities), Standing.address.in_(folded)
        )
    )
    return {(community_id, address): what for community_id, address, what in rows}


def put_back_standing(session: Session, change: Change, now: datetime, *, by: trail.By) -> bool:
    """Think again what was thought before a change; False where that is so already."""
    before, community_id = change.before or {}, change.community_id
    if community_id is None:
        return False
    return set_standing(session, community_id, before["address"], before["standing"], now, by=by)


def set_standing(
    session: Session,
    community_id: int,
    address: str,
    what: str,
    now: datetime,
    *,
    by: trail.By,
) -> bool:
    """Think this of an address from now on, "" for nothing; whether that is new."""
    folded = addresses.fold(address)
    found = session.get(Standing, (community_id, folded))
    before = found.what if found else ""
    if before == what or not folded:
        return False
    if found is not None:
        session.delete(found)
        session.flush()
    if what:
        session.add(
            Standing(
                community_id=community_id, address=folded, what=what, since=now, by_id=by.person_id
            )
        )
    trail.keep(
        session,
        by,
        now,
        of="standing",
        what=what or "none",
        community_id=community_id,
        before={"address": folded, "standing": before},
        after={"address": folded, "standing": what},
    )
    return True
