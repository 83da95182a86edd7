"""Who looks after the platform."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Steward(Base):
    """An address that decides on new communities, beside those of the settings."""

    __tablename__ = "steward"

    address: Mapped[str] = mapped_column(primary_key=True)  # folded
    since: Mapped[datetime]
