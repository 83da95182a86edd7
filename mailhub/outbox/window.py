"""What has gone out to members, and when: what digests tell of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam

from mailhub.models import Outgoing


def went_out() -> tuple[ColumnElement[bool], ...]:
    """Criteria on Outgoing: a post that went out within a window of some communities, whose `bounds` are the
    parameters."""
    at = Outgoing.created_at
    return (
        Outgoing.community_id.in_(bindparam("communities", expanding=True)),
        Outgoing.post_id.is_not(None),
        at > bindparam("since", type_=at.type),
        at <= bindparam("until", type_=at.type),
    )
