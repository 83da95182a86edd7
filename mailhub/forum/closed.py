"""Whether a mail would go on with a discussion that is closed; nothing is filed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from mailhub.forum import arranged, neighbours, parents
from mailhub.forum.facts import facts
from mailhub.letter import Letter
from mailhub.models import Community, Thread

_CLOSED = (
    select(Thread.id)
    .where(
        Thread.id.in_(bindparam("threads", expanding=True)),
        Thread.closed_at.is_not(None),
    )
    .limit(1)
)


def goes_on_closed(
    session: Session,
    community: Community,
    letter: Letter,
    received_at: datetime,
    *,
    answered_id: int | None = None,
) -> bool:
    """Whether a letter would be filed in a thread that is closed."""
    values = facts(community, letter, received_at, answered_id)
    values["message_id"] = letter.message_id
    connection = session.connection()
    window = timedelta(days=community.subject_window)
    references = parents.references_of(letter)
    around = neighbours.of(connection, values, references, window, community.last_post_at)
    if community.arranged:
        arranged.respect(connection, around)
    if not around.threads:
        return False
    return connection.scalar(_CLOSED, {"threads": list(around.threads)}) is not None
