"""Who follows whose blog. Entries themselves are posts, in threads whose tool is the blog."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Follow(Base):
    """A member gets each entry of an author of their community at once."""

    __tablename__ = "blog_follow"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]
