"""How often papers are read: a number for each paper and month, and nobody's name. What is fetched by programs
that say so is not counted by those who tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailhub.library.tables import Document, Readings


def count(session: Session, times: Mapping[int, int], day: date) -> None:
    """These papers, by number, were read so often more in the month of that day. What is no paper any more
    is passed over."""
    known = session.scalars(select(Document.id).where(Document.id.in_(times))).all()
    rows = [
        {"document_id": number, "month": day.replace(day=1), "times": times[number]}
        for number in sorted(known)  # two who count at once meet in the same order
    ]
    if not rows:
        return
    table = cast("Table", Readings.__table__)
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = build(table)
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["document_id", "month"],
            set_={"times": table.c.times + statement.excluded.times},
        ),
        rows,
    )


def most_read(
    session: Session, community_id: int, month: date, limit: int
) -> Sequence[tuple[int, str, int]]:
    """(number, title, how often) of the papers of a community that were read most in a month."""
    rows = session.execute(
        select(Document.id, Document.title, Readings.times)
        .join(Readings, Readings.document_id == Document.id)
        .where(Document.community_id == community_id, Readings.month == month)
        .order_by(Readings.times.desc(), Document.id)
        .limit(limit)
    )
    return [(number, title, times) for number, title, times in rows]


def forget(session: Session, documents: Sequence[int]) -> None:
    """These papers are going."""
    session.execute(delete(Readings).where(Readings.document_id.in_(documents)))
