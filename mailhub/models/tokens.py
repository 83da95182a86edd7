"""Tokens are signed and need no row; a row says that a single-use one was used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class TokenUse(Base):
    """A token that has been used up."""

    __tablename__ = "token_use"

    token: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime]
