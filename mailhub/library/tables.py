"""Documents and their versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailhub.models.base import Base


class Document(Base):
    """A paper of a community. Its number in `get doc 12` is its id."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("community_id", "name_key"),
        Index("ix_document_latest", "community_id", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    title: Mapped[str]
    name_key: Mapped[str]  # the file name folded: what makes two files versions of one document
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version_count: Mapped[int] = mapped_column(default=0)

    versions: Mapped[list[Version]] = relationship(
        back_populates="document", order_by="Version.number.desc()", lazy="raise"
    )


class Version(Base):
    """One state of a document, as a post brought it. The bytes stand in the blobs by their hash."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)

    document: Mapped[Document] = relationship(back_populates="versions", lazy="raise")
