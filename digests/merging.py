"""Two people who turn out to be one: the digests that the one had, so that the other's go on from there."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from mailhub.models import Digest


def merged(session: Session, other: int, person: int) -> None:
    """The marks of `other` go to `person`, where that one has none of the same kind: else what came in between
    would be told to nobody."""
    own = aliased(Digest)
    session.execute(
        update(Digest)
        .where(
            Digest.person_id == other,
            ~select(own.id)
            .where(
                own.person_id == person,
                own.frequency == Digest.frequency,
                own.community_id == Digest.community_id,
            )
            .correlate(Digest)
            .exists(),
        )
        .values(person_id=person)
        .execution_options(synchronize_session=False)
    )
