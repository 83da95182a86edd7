"""How far old rows have been cleared away."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Clearing(Base):
    """One table that is cleared in the order of its ids: all up to `up_to` have been seen to."""

    __tablename__ = "clearing"

    name: Mapped[str] = mapped_column(primary_key=True)
    up_to: Mapped[int] = mapped_column(default=0)
