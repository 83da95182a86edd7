"""One index over everything; the full-text structures on it are made by the migration, which differ
between SQLite (FTS5 with external content and triggers) and PostgreSQL (a generated tsvector)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class SearchEntry(Base):
    """The words of one thing: kind is "post" or "document", `object_id` its id there."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    title: Mapped[str]
    words: Mapped[str]
    at: Mapped[datetime]
