"""Who changed what: the trail, from which `undo` works too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class Change(Base):
    """One change to a person, a membership or a community: who made it, when, and by which mail.

    `of` names what was changed (membership, mute, address, person, community), `what` says how
    (joined, left, delivery, paused …). `of` an answer nothing was changed: it was not listened to, and
    `what` says why. `before` and `after` hold what was changed, None where it was
    not there. Rows of one mail by one person are undone together.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_by", "by_id", "at"),
        Index("ix_change_person", "person_id", "at"),
        Index("ix_change_community", "community_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    how: Mapped[str]  # mail, link (one click to leave), complaint (of a provider), timer, operator
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    of: Mapped[str]
    what: Mapped[str]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose it is
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    undone_at: Mapped[datetime | None]
