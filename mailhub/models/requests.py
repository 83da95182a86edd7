"""What was asked for and waits for a yes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base, partial_index


class Request(Base):
    """Something asked for that waits for a yes: of the person at `address`, and then, where a community
    wants it, of those who look after it.

    kind: register, join, invitation, command, claim, founding, or a decision that is to be confirmed: decision
    (on held mail), verdict (on another request). state: asked (the person), waiting (for a
    decision), done, declined. A token in an address names the row; an id is never used again.
    """

    __tablename__ = "request"
    __table_args__ = (
        Index("ix_request_address", "address", "asked_at"),
        Index("ix_request_asked", "asked_at"),
        partial_index("ix_request_waiting", "community_id", where="state = 'waiting'"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: a stranger yet
    address: Mapped[str]  # folded; where the question went
    domain: Mapped[str]  # of that address
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_at: Mapped[datetime]
    expires: Mapped[date]  # its last day
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))  # by which it came
    waiting_since: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(default=0)  # how far up it has gone: 0 facilitators
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
