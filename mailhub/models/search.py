"""One index over everything; the full-text structures on it are made by the migration, which differ
between SQLite (FTS5 with external content and triggers) and PostgreSQL (a generated tsvector)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class SearchEntry(Base):
    """The words of one thing: kind is "post" or "document", `object_id` its id there.

    The id follows the time (`mailhub.search`), so that the index itself is in the order of time.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "object_id"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str]
    object_id: Mapped[int]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    at: Mapped[datetime]
    title: Mapped[str]
    words: Mapped[str]  # the last, so that a reader of the others need not walk over it
