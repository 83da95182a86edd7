"""Mails that no job has done in time: a process may have died of one of them, and taken its group along.

Such a mail cannot say so itself. So it is written down that a late mail is begun, and taken back when
its processing ends, well or not. One that is begun and never ended is next begun alone, each time after
twice as long; after MAX_BEGUN times it is `failed`, for an operator to look at. In the usual way, which
is not late, none of this costs anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError

from mailhub.database import Database
from mailhub.models import Inbound

MAX_BEGUN = 6  # each costs whatever else its process had in hand
FIRST_WAIT = timedelta(seconds=15)

_LATE = (
    select(Inbound.id, Inbound.begun)
    .where(Inbound.id.in_(bindparam("ids", expanding=True)), Inbound.state == "waiting")
    .order_by(Inbound.id)
    .with_for_update(skip_locked=True)
)


@contextmanager
def beginning(database: Database, ids: Sequence[int], now: datetime) -> Iterator[list[int]]:
    """Around the processing of late mails; gives those that may be processed now."""
    with database.writing() as session:
        rows = session.execute(_LATE, {"ids": list(ids)}).all()
        if len(ids) > 1:
            rows = [row for row in rows if not row.begun]  # the others are begun alone
        for times in {row.begun for row in rows}:
            session.execute(
                update(Inbound)
                .where(Inbound.id.in_([row.id for row in rows if row.begun == times]))
                .values(_next(times, now))
                .execution_options(synchronize_session=False)
            )
    begun = [row.id for row in rows if row.begun < MAX_BEGUN]
    try:
        yield begun
    finally:
        with suppress(DBAPIError), database.writing() as session:
            session.execute(
                update(Inbound)
                .where(Inbound.id.in_(begun), Inbound.begun > 0)
                .values(begun=0)
                .execution_options(synchronize_session=False)
            )


def _next(begun: int, now: datetime) -> dict[str, Any]:
    """What is written of a mail that was begun so often and has not ended."""
    if begun < MAX_BEGUN:
        return {"begun": begun + 1, "due_at": now + FIRST_WAIT * 2**begun}
    return {"state": "failed", "problem": f"begun {begun} times, and each time its process died"}
