"""Digests: what was put into each, and how far the runs have come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base

ALL = 0  # instead of a community: a digest over all of a person's


class Digest(Base):
    """One digest of one person; the mark that it was made, in the same commit as its delivery.

    `day` is the local day on which it was due. `entries` are its pieces in the order of their numbers,
    as [piece, its section here, why it stands there, whether it is told in full]. Where there are none nothing
    had happened, and nothing was sent.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "frequency", "community_id", "day"),
        Index("ix_digest_until", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    frequency: Mapped[str]  # daily, weekly, monthly
    community_id: Mapped[int]  # ALL, or where each community has one of its own
    day: Mapped[date]
    since: Mapped[datetime]
    until: Mapped[datetime]
    form: Mapped[str]  # html, text, mime
    language: Mapped[str]
    entries: Mapped[list[Any]] = mapped_column(JSON)
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletin.id"))  # at its top


class DigestPiece(Base):
    """One thing of one community in one window, rendered for all digests that tell of it.

    In `html` and `text` the number and the line of why are left open; `whys` has those lines by reason.
    """

    __tablename__ = "digest_piece"
    __table_args__ = (
        UniqueConstraint(
            "community_id", "until", "since", "language", "kind", "object_id", "voice"
        ),
        Index("ix_digest_piece_until", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    language: Mapped[str]
    section: Mapped[str]
    kind: Mapped[str]
    object_id: Mapped[int]
    voice: Mapped[int]  # the post whose words it tells to some; 0 as everybody else is told it
    title: Mapped[str]
    author: Mapped[str]
    said: Mapped[str]  # its own words, for whoever quotes it
    answer: Mapped[str]  # purpose and object of the token where answers go ("r12"); "" for the list
    html: Mapped[str]
    text: Mapped[str]
    short_html: Mapped[str]  # where it is told by its title alone
    short_text: Mapped[str]
    whys: Mapped[dict[str, str]] = mapped_column(JSON)
    posts: Mapped[list[int]] = mapped_column(JSON)  # for those who want them as mails


class DigestRun(Base):
    """The people of one schedule: up to which moment their digests are all made."""

    __tablename__ = "digest_run"

    frequency: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    since: Mapped[datetime]  # the moment before that
