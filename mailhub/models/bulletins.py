"""Bulletins: what the platform's stewards say to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Bulletin(Base):
    """One of them: a newsletter to all, or a piece at the top of everybody's next digest.

    begun (not yet said that it was they) → asked (shown to who wrote it) → queued (goes at `goes_at`) →
    going → gone; declined or withdrawn on the way. A newsletter is going until all copies are queued: `after`
    is the last person who has theirs. A piece is going until `ends_at`.
    """

    __tablename__ = "bulletin"

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str]  # newsletter, piece
    state: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    asked_by: Mapped[str]  # an address, folded; "" the operator
    inbound_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    goes_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    after: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)  # copies of a newsletter that were queued
    outgoing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # its mail, by language
