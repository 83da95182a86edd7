"""When each timer is due; the timers themselves stand in `mailhub/beat.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Timer(Base):
    """One timer. While a process runs it, it is due again when that process is surely dead."""

    __tablename__ = "timer"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    ran_at: Mapped[datetime | None]  # to its end
