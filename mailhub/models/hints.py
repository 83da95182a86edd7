"""What was said to whom without being asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Hint(Base):
    """When an address was last sent what it had not asked for, by its cause: a kind and an object."""

    __tablename__ = "hint"

    address: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
