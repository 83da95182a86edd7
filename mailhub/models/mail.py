"""Mail as it was taken, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailhub.models.base import Base, partial_index


class Inbound(Base):
    """A mail as it was taken: its envelope, and how far it has come.

    state: waiting (to be processed, from `due_at` on), done, failed (given up after many tries: an
    operator must look). The bytes stand beside it in RawMail, so that a sweep reads only small rows.
    """

    __tablename__ = "inbound"
    __table_args__ = (
        partial_index("ix_inbound_waiting", "due_at", where="state = 'waiting'"),
        partial_index("ix_inbound_failed", "id", where="state = 'failed'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    peer: Mapped[str] = mapped_column(default="")
    helo: Mapped[str] = mapped_column(default="")
    protocol: Mapped[str] = mapped_column(default="ESMTP")  # or LMTP: the peer is no sender
    mail_from: Mapped[str] = mapped_column(default="")
    recipients: Mapped[list[str]] = mapped_column(JSON)
    size: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    begun: Mapped[int] = mapped_column(server_default="0")  # late, and has not ended
    message_id: Mapped[str] = mapped_column(default="", index=True)  # known once it was read
    problem: Mapped[str] = mapped_column(default="")  # of the last try
    proof: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # as `Proof.kept` has it

    raw: Mapped[RawMail] = relationship(back_populates="inbound", lazy="raise")


class RawMail(Base):
    """The bytes of an Inbound, exactly as they came; the truth about it."""

    __tablename__ = "raw_mail"

    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"), primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)

    inbound: Mapped[Inbound] = relationship(back_populates="raw", lazy="raise")


class Outcome(Base):
    """What became of an Inbound for one of its recipients: the trail that `mailhub trace` follows.

    what: posted, again (it was there already), held, answered, filed, or the kind of a mail that is
    never posted (bounce, auto-reply, complaint, receipt, reaction, loop, …), or refused.
    """

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"), index=True)
    recipient: Mapped[str]
    what: Mapped[str]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


class ActedOn(Base):
    """A mail that was acted on at one address, by its Message-ID, its content and that address."""

    __tablename__ = "acted_on"

    mail_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime]
