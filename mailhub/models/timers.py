"""When each timer is due; the timers themselves stand in `mailhub/beat.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Timer(Base):
    """One timer. While it is claimed, or a process runs it, it is due again when whoever has it is surely
    dead. `holder` is CLAIMED, the owner who runs it, or "" where nobody has it."""

    __tablename__ = "timer"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    ran_at: Mapped[datetime | None]  # to its end
    holder: Mapped[str] = mapped_column(default="")
