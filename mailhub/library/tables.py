"""Documents, their versions, and which post brought which."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailhub.models.base import Base, partial_index


class Document(Base):
    """A paper of a community. Its number in `get doc 12` is its id."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("community_id", "name_key"),
        Index("ix_document_latest", "community_id", "changed_at"),
        Index("ix_document_family", "family", "community_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    title: Mapped[str]
    name_key: Mapped[str]  # the first file name, folded; a version may come under another
    family: Mapped[str]  # the name without "v2", "final" and the like: who may be a near copy
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version_count: Mapped[int] = mapped_column(default=0)

    versions: Mapped[list[Version]] = relationship(
        back_populates="document", order_by="Version.number.desc()", lazy="raise"
    )


class Version(Base):
    """One state of a document, as a post brought it. The bytes stand in the blobs by their hash."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        partial_index("ix_version_unread", "id", where="text_state = 'waiting'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    filename: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # the file name folded
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")  # what its filer wrote beside it
    # Its text for the search: waiting, read, superseded (by a newer version before it was read), or
    # why there is none: no-text, encrypted, broken, too-much.
    text_state: Mapped[str] = mapped_column(default="waiting")

    document: Mapped[Document] = relationship(back_populates="versions", lazy="raise")


class Filing(Base):
    """An attachment of a post and the version that it is: its own, or one that was there already."""

    __tablename__ = "filing"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)  # its place in the mail
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    filename: Mapped[str]  # as it was named in this mail

    version: Mapped[Version] = relationship(lazy="raise")


class Readings(Base):
    """How often a paper was fetched in a month, by page or by mail; by whom is written nowhere."""

    __tablename__ = "readings"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    times: Mapped[int]
