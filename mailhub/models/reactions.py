"""Reactions to posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Reaction(Base):
    """The sign ("👍") by which somebody reacted to a post; a later one of theirs takes its place."""

    __tablename__ = "reaction"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    sign: Mapped[str]
    at: Mapped[datetime]
