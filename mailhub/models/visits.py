"""Who is signed in to the pages, the links by which people sign in, of whose secrets only the hash is here, and those for
feed readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base


class SignIn(Base):
    """A link that was mailed to an address, for the one browser that asked for it. It works once."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_address", "address", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # the hash of its secret
    browser: Mapped[bytes] = mapped_column(LargeBinary)  # the hash of what the browser was given
    address: Mapped[str]  # folded
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    known_browser: Mapped[bool]  # somebody had signed in with it under this address before
    made_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Visit(Base):
    """A person signed in with one browser, for as long as the address is theirs by which they did."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # its hash
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # on which day at least
    ends_at: Mapped[datetime]


class ReaderLink(Base):
    """A person's secret link for feed readers: its number stands in it, and a new row makes a new link."""

    __tablename__ = "reader_link"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    made_at: Mapped[datetime]
