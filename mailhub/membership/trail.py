"""The trail: every change to a person, a membership or a community leaves a row that says who made it,
when, and by which mail. Nothing else writes these rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailhub.models import Change


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and how: by mail, by a link (one click to leave), or as the operator."""

    how: str
    person_id: int | None = None
    inbound_id: int | None = None


OPERATOR = By("operator")


def keep(
    session: Session,
    by: By,
    now: datetime,
    *,
    of: str,
    what: str,
    community_id: int | None = None,
    person_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    """Leave a row for one change: of a membership, mute, address, person or community."""
    change = Change(
        at=now,
        how=by.how,
        by_id=by.person_id,
        inbound_id=by.inbound_id,
        of=of,
        what=what,
        community_id=community_id,
        person_id=person_id,
        before=before,
        after=after,
    )
    session.add(change)
    session.flush()
    return change


def told(
    session: Session, *, person_id: int | None = None, community_id: int | None = None
) -> Sequence[Change]:
    """The trail of a person (what they did, and what was done to them) or of a community, the
    earliest first."""
    found = select(Change).order_by(Change.id)
    if person_id is not None:
        found = found.where(or_(Change.by_id == person_id, Change.person_id == person_id))
    if community_id is not None:
        found = found.where(Change.community_id == community_id)
    return session.scalars(found).all()
