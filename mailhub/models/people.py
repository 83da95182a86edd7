"""People and their addresses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailhub.models.base import Base


class Person(Base):
    """Somebody who takes part, with one or more addresses."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    job: Mapped[str] = mapped_column(default="")  # what they do there, in their own words
    agreed_at: Mapped[datetime | None]  # to the terms of use
    zone: Mapped[str] = mapped_column(default="")  # an IANA name; "" is the hub's
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # then it is empty
    created_at: Mapped[datetime]
    # What an automatic answer of theirs said; known to nobody but themselves and operators.
    away_since: Mapped[datetime | None]
    away_until: Mapped[date | None]
    # How digests come: on which day of the week (0 is Monday) and at which hour, in which language ("" is
    # English) and form (html, text or mime), one for each community or for all.
    language: Mapped[str] = mapped_column(default="")
    digest_day: Mapped[int] = mapped_column(default=0)
    digest_hour: Mapped[int] = mapped_column(default=7)
    digest_form: Mapped[str] = mapped_column(default="html")
    digests_apart: Mapped[bool] = mapped_column(default=False)
    newsletters: Mapped[bool] = mapped_column(default=True)  # of the platform

    addresses: Mapped[list[Address]] = relationship(back_populates="person", order_by="Address.id")


class Address(Base):
    """One address of a person, folded by `addresses.fold`; the first is where their mail goes."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]  # since then nothing is mailed there: all that was came back

    person: Mapped[Person] = relationship(back_populates="addresses")
