"""Mail that goes out: what is sent, and one row with one state per recipient."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base, partial_index

STATES = ("queued", "claimed", "sending", "sent", "deferred", "failed", "covered", "cancelled")


class Outgoing(Base):
    """One mail to one or many. A post's is composed from its raw mail when it goes, a digest from its
    pieces; any other (a receipt, a requested paper) keeps its finished bytes in `raw`."""

    __tablename__ = "outgoing"
    __table_args__ = (
        partial_index(
            "ix_outgoing_posted",  # what went out to members, and when: what digests tell of
            "community_id",
            "created_at",
            where="post_id IS NOT NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    message_id: Mapped[str] = mapped_column(index=True)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))
    automatic: Mapped[bool] = mapped_column(default=False)  # then nobody is told if it comes back
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # of the library
    # Of a post, as found when it came: what becomes of its author's From (`compose.origin.From`), the
    # value of our Authentication-Results, and whether the ARC chain that it brought was verified.
    author_from: Mapped[str] = mapped_column(default="")
    results: Mapped[str] = mapped_column(default="")
    chain_holds: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str] = mapped_column(default="")  # instead of the author's
    # The event that each copy invites its reader to: then each has a reply address of its own, and its own
    # lines in the calendar.
    event_id: Mapped[int | None] = mapped_column(default=None)
    # The newsletter that it is: then each copy has a reply address and an unsubscribe of its own.
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin.id"), default=None)
    created_at: Mapped[datetime]


class Delivery(Base):
    """One recipient, one state.

    queued → claimed (an owner holds it, until `lease_until`) → sending (the relay may have it) →
    sent, deferred (due again at `due_at`) or failed. covered: the person gets the same mail by another
    delivery. cancelled: the membership by which it would have come has ended. `mail_key` names the
    mail whatever community it came by: one that is neither exists once per person.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        partial_index("ix_delivery_due", "due_at", where="state IN ('queued', 'deferred')"),
        partial_index("ix_delivery_leased", "lease_until", where="state IN ('claimed', 'sending')"),
        partial_index("ix_delivery_failed", "id", where="state = 'failed'"),
        partial_index(
            "ix_delivery_to_one",  # answers and the like: what did not come by a membership
            "address",
            "due_at",
            where="membership_id IS NULL",
        ),
        partial_index(
            "uq_delivery_mail",
            "mail_key",
            "person_id",
            unique=True,
            where="state NOT IN ('covered', 'cancelled')",
        ),
        partial_index("ix_delivery_covered", "mail_key", where="state = 'covered'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    membership_id: Mapped[int | None]  # no foreign key: it may end before the mail has gone
    address: Mapped[str]
    mail_key: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(default="queued")
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # the relay's last words
    sent_at: Mapped[datetime | None]
