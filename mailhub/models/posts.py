"""Threads and posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailhub.models.base import Base, partial_index


class Thread(Base):
    """Posts that belong together. Its figures follow from its posts and can be made anew."""

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_latest", "community_id", "last_at"),
        partial_index("ix_thread_of_tools", "community_id", "started_at", where="tool <> ''"),
        partial_index("ix_thread_merged", "merged_into_id", where="merged_into_id IS NOT NULL"),
        partial_index("ix_thread_closed", "community_id", where="closed_at IS NOT NULL"),
        partial_index("ix_thread_pinned", "community_id", where="pinned_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    subject: Mapped[str]
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    post_count: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]  # since then what goes on with it is held, or refused
    pinned_at: Mapped[datetime | None]  # stands above the others in the archive
    arranged: Mapped[bool] = mapped_column(server_default=false())  # by people: never built anew
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))  # then it is empty
    tool: Mapped[str] = mapped_column(server_default="")  # whose it is; "" is a discussion


class Post(Base):
    """A letter that became part of a thread.

    Its key is (community, message_id, content_hash). `message_id` is unique in the community: a
    second mail under an id that is taken gets one of its own and keeps the claimed one beside it.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("community_id", "message_id"),
        Index("ix_post_thread", "thread_id", "received_at"),
        partial_index("ix_post_circle", "thread_id", where="parent_by = 'circle'"),
        Index("ix_post_latest", "community_id", "received_at"),
        Index("ix_post_subject", "community_id", "subject_key", "received_at"),
        partial_index(
            "ix_post_conversation", "community_id", "conversation", where="conversation <> ''"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    # reference, token, index, subject, arranged; circle: it has none, since all of them lead back to it
    parent_by: Mapped[str] = mapped_column(default="")
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"), index=True)

    message_id: Mapped[str]
    claimed_message_id: Mapped[str] = mapped_column(default="")  # where it differs
    id_is_made: Mapped[bool] = mapped_column(default=False)  # the mail has none that can be used
    content_hash: Mapped[str]

    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    author_name: Mapped[str]
    author_address: Mapped[str]
    subject: Mapped[str]
    received_at: Mapped[datetime]
    gone: Mapped[str] = mapped_column(
        server_default=""
    )  # what took its words: forgotten, expired, removed

    # What threading needs beside the references.
    subject_key: Mapped[str]  # the subject without prefixes, folded; "" where it says nothing
    is_reply: Mapped[bool] = mapped_column(default=False)  # the subject has a reply's prefix
    answered_id: Mapped[int | None]  # the post whose token stood in the address
    conversation: Mapped[str] = mapped_column(default="")  # hex of Thread-Index' first 22 octets
    thread_index: Mapped[bytes] = mapped_column(LargeBinary, default=b"")

    body: Mapped[PostBody] = relationship(back_populates="post", lazy="raise")


class PostBody(Base):
    """The words of a post, apart from its row so that lists stay light."""

    __tablename__ = "post_body"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    # Raised by every change, so that what was made of the words is known for old without them. It
    # stands before them: SQLite need not read so far.
    revision: Mapped[int] = mapped_column(default=1, onupdate=text("revision + 1"))
    text: Mapped[str]  # whole, as inspect's `text`
    new_text: Mapped[str]
    html: Mapped[str] = mapped_column(default="")  # as it came; made safe when it is shown

    post: Mapped[Post] = relationship(back_populates="body", lazy="raise")


class PostReference(Base):
    """An id that a post names as an ancestor, the nearest first; there whether or not it has come."""

    __tablename__ = "post_reference"
    __table_args__ = (Index("ix_post_reference_message", "community_id", "message_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int]
    message_id: Mapped[str]


class Moved(Base):
    """A post that was moved away from a community: its address there leads to where it is, and so does
    mail that answers it."""

    __tablename__ = "moved"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
