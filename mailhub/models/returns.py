"""What came back: returned mails, the addresses that are ailing for them, domains in trouble."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base, partial_index

_UNTOLD = "told_at IS NULL AND effect IN ('paused', 'unsubscribed')"


class Return(Base):
    """What one notice, or the relay itself, says of one recipient of ours.

    `delivery_id` is set where a token of ours proves which copy came back (a number alone: deliveries
    may be cleared away before their returns). Without it the row is counted and changes nothing.
    """

    __tablename__ = "return"
    __table_args__ = (
        Index("ix_return_address", "address", "at"),
        Index("ix_return_domain", "domain", "at"),
        Index("ix_return_at", "at"),
        partial_index("ix_return_untold", "community_id", where=_UNTOLD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str]  # that we mailed; where nothing is proven, that the notice names
    domain: Mapped[str]  # of the address
    named: Mapped[str] = mapped_column(default="")  # whom the notice names, where it is another
    action: Mapped[str]  # failed, delayed or complained
    kind: Mapped[str] = mapped_column(default="")  # hard or soft
    status: Mapped[str] = mapped_column(default="")  # RFC 3463
    cause: Mapped[str] = mapped_column(default="")  # templates/words/returns.toml, [causes]
    reason: Mapped[str] = mapped_column(default="")  # the remote words
    weight: Mapped[float] = mapped_column(default=0.0)  # what it counts against the address
    excuse: Mapped[str] = mapped_column(default="")  # why it counts nothing
    effect: Mapped[str] = mapped_column(default="")  # probed, paused or unsubscribed
    told_at: Mapped[datetime | None]  # its facilitators, of the effect


class Ailing(Base):
    """An address of which so much came back that it was probed: one mail whose return is final."""

    __tablename__ = "ailing"

    address_id: Mapped[int] = mapped_column(
        ForeignKey("address.id", ondelete="CASCADE"), primary_key=True
    )
    probe_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"), index=True)
    probed_at: Mapped[datetime]


class Trouble(Base):
    """A domain that returns so much at once that it is the domain's fault and nobody's there."""

    __tablename__ = "trouble"

    domain: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]  # over, unless something comes back by then
