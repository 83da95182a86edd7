"""Events, who comes, who was reminded, and calendars of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base, partial_index

STATES = ("on", "cancelled")
ANSWERS = ("", "yes", "no", "maybe")  # "": was invited, and has not answered


class Event(Base):
    """One event of a community, or a series of them. Its number in `event 12` is its id.

    `starts_at` and `ends_at` are those of the first occurrence. `rule` is an RRULE in `zone`, `added` and
    `without` are starts of occurrences that it does not give, or gives and are none (ISO 8601, UTC);
    `changes` are occurrences that differ: {"of": …, "starts_at": …, "ends_at": …, "title": …, "place": …,
    "cancelled": true}.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_next", "community_id", "next_at"),
        partial_index("ix_event_coming", "next_at", where="next_at IS NOT NULL"),
        Index("ix_event_uid", "community_id", "uid"),
        Index("ix_event_changed", "changed_at"),
        {"sqlite_autoincrement": True},  # a calendar keeps our UID for ever
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # whose it is
    inbound_id: Mapped[int | None] = mapped_column(
        ForeignKey("inbound.id")
    )  # by which it came last
    organiser: Mapped[str] = mapped_column(default="")  # a name, as members read it
    uid: Mapped[str] = mapped_column(default="")  # the original's; "" where it has none
    their_sequence: Mapped[int] = mapped_column(default=0)  # the original's
    their_stamp: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)  # ours
    state: Mapped[str] = mapped_column(default="on")
    title: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    all_day: Mapped[bool] = mapped_column(default=False)  # then midnight to midnight in `zone`
    zone: Mapped[str] = mapped_column(default="")  # an IANA name; "" is UTC
    rule: Mapped[str] = mapped_column(default="")
    added: Mapped[list[str]] = mapped_column(JSON, default=list)
    without: Mapped[list[str]] = mapped_column(JSON, default=list)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    places: Mapped[int | None]  # for how many; None: for all
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # The start of the first occurrence that was not over when it was last looked; None: all are.
    next_at: Mapped[datetime | None]
    next_ends_at: Mapped[datetime | None]


class Attendance(Base):
    """A person and an event: that they were invited, and what they answered.

    `occurrence` is the start of the one of a series that is answered (ISO 8601, UTC), "" for all of it.
    `waits` is set of a yes for which there is no place yet; who has waited longest moves up.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("event_id", "person_id", "occurrence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    occurrence: Mapped[str] = mapped_column(default="")
    method: Mapped[str] = mapped_column(default="REQUEST")  # how they were told; PUBLISH: to read
    answer: Mapped[str] = mapped_column(default="")
    more: Mapped[int] = mapped_column(default=0)  # whom they bring
    waits: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None]  # since when they want a place: the order of waiting
    answered_at: Mapped[datetime | None]
    said: Mapped[str] = mapped_column(default="")  # by "calendar", "words" or "operator"
    stamp: Mapped[datetime | None]  # of the calendar's answer: an older one changes nothing


class Reminder(Base):
    """That a person was reminded of an occurrence: once, whatever crashes."""

    __tablename__ = "reminder"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    occurrence: Mapped[datetime] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class CalendarFeed(Base):
    """The secret calendar of a person: its number stands in the link, and a new row makes a new link."""

    __tablename__ = "calendar_feed"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    created_at: Mapped[datetime]
