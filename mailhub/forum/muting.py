"""Who has muted a thread that becomes part of another has muted that one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, bindparam, func, insert, select

from mailhub.models import Mute

_present = select(Mute.person_id).where(Mute.thread_id == bindparam("kept"))
_FOLLOW = insert(Mute).from_select(
    ["thread_id", "person_id", "since"],
    select(bindparam("kept", type_=Integer), Mute.person_id, func.min(Mute.since))
    .where(
        Mute.thread_id.in_(bindparam("emptied", expanding=True)),
        Mute.person_id.not_in(_present),
    )
    .group_by(Mute.person_id),
)


def follow(connection: Connection, emptied: Sequence[int], kept: int) -> None:
    """The posts of these threads are in the thread `kept` now."""
    connection.execute(_FOLLOW, {"emptied": list(emptied), "kept": kept})
