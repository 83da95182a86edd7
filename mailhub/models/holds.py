"""Held mail, who was told of it, and what was said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base, partial_index


class Hold(Base):
    """A mail that waits for a decision in one community.

    state: waiting, approved, rejected, discarded, forwarded, withdrawn. What was decided takes effect at
    `acts_at`, until when it can be undone; once it has, that is empty. While it waits, somebody is told at
    `next_at`; `level` says how far up it has gone: 0 those who look after the community, 1 they again, 2
    its organisers, 3 the platform's stewards.
    """

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("inbound_id", "community_id"),
        partial_index("ix_hold_waiting", "community_id", where="state = 'waiting'"),
        partial_index("ix_hold_next", "next_at", where="state = 'waiting'"),
        partial_index("ix_hold_acts", "acts_at", where="acts_at IS NOT NULL"),
        Index("ix_hold_decided", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    recipients: Mapped[list[str]] = mapped_column(JSON)  # those of the envelope that wait
    reason: Mapped[str]  # the name of the rule
    author_name: Mapped[str] = mapped_column(default="")
    author_address: Mapped[str] = mapped_column(default="")
    proof: Mapped[str] = mapped_column(default="")  # as `Proof.word` has it
    subject: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")  # the first of its new words
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # name, size, type
    state: Mapped[str] = mapped_column(default="waiting")
    held_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(default=0)
    verb: Mapped[str] = mapped_column(default="")  # what was decided, as it was said
    argument: Mapped[str] = mapped_column(default="")  # a reason, a subject, an address
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acts_at: Mapped[datetime | None]


class Notice(Base):
    """A mail to one person about what waits; an answer to its token decides on that alone.

    kind: held (one mail, at once), morning, reminder, organiser, steward, again (asked for); join and
    founding are about a request, which may be cleared before. An id is never used again, since a token
    names it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person", "person_id", "sent_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))  # of its address
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: a steward
    address: Mapped[str]
    request_id: Mapped[int | None]
    message_id: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]


class Noticed(Base):
    """What a notice is about, by the numbers that stand in it."""

    __tablename__ = "noticed"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)


class Decision(Base):
    """What somebody said to a held mail, also where nothing came of it.

    came_to: decided, counted (one approval of two), counted-before, kept (it goes on waiting), late,
    undone, undo-late, withdrawn, asked (whether it was they), unclear; or why it was not listened to:
    wrong-address, not-facilitator, expired, unknown-number.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    at: Mapped[datetime]
    how: Mapped[str]  # mail, link, operator
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str]  # the address that it came from
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    verb: Mapped[str]
    argument: Mapped[str]
    came_to: Mapped[str]


class Standing(Base):
    """What is thought of an address in a community: trusted (not held as a stranger's), moderated (held
    whatever it writes) or banned (dropped)."""

    __tablename__ = "standing"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    since: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
