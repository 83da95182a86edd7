"""Communities and who is in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from mailhub.models.base import Base

VISIBILITIES = ("open", "closed", "secret")
JOININGS = ("open", "approval", "invitation")
ROLES = ("organiser", "facilitator", "expert", "contributor", "reader")
POSTINGS = ("free", "moderated", "none")
DELIVERIES = ("each", "daily", "weekly", "monthly", "none")


class Community(Base):
    """One list address and all that is behind it, with its settings."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"), index=True)
    created_at: Mapped[datetime]

    visibility: Mapped[str] = mapped_column(default="open")
    joining: Mapped[str] = mapped_column(default="open")
    strangers: Mapped[str] = mapped_column(default="hold")  # hold, accept or refuse their posts
    forged: Mapped[str] = mapped_column(default="hold")  # or refuse what fails its author's DMARC
    spam: Mapped[str] = mapped_column(default="hold")  # or accept what a filter in front marked
    first_posts: Mapped[int] = mapped_column(default=0)  # of a new member, that are held
    closed_threads: Mapped[str] = mapped_column(default="hold")  # or refuse what goes on with one
    max_kilobytes: Mapped[int] = mapped_column(default=0)  # of one mail; 0 for no limit
    implicit: Mapped[str] = mapped_column(default="accept")  # or hold what names it nowhere (Bcc)
    administrative: Mapped[str] = mapped_column(
        default="hold"
    )  # or accept what reads like a command
    posts_per_hour: Mapped[int] = mapped_column(default=0)  # of one member; 0 for no limit
    crossposts: Mapped[str] = mapped_column(default="accept")  # or hold what is held elsewhere
    subject_window: Mapped[int] = mapped_column(default=30)  # days; 0 is off
    footer: Mapped[bool] = mapped_column(default=True)
    replies: Mapped[str] = mapped_column(default="community")  # or "author"
    max_recipients: Mapped[int] = mapped_column(default=50)  # in To and Cc of one mail
    blog: Mapped[bool] = mapped_column(default=True)  # off: its address is unknown
    events: Mapped[bool] = mapped_column(default=True)  # the same
    feeds: Mapped[bool] = mapped_column(default=True)
    welcome: Mapped[str] = mapped_column(default="")  # the facilitators' own words to newcomers
    approvals: Mapped[int] = mapped_column(default=1)  # how many let a held mail through
    undo_window: Mapped[int] = mapped_column(default=120)  # seconds in which a decision is undone
    retention: Mapped[int] = mapped_column(default=0)  # days that posts are kept; 0 for ever
    retention_told_at: Mapped[datetime | None]  # its facilitators, that what is older will go

    arranged: Mapped[bool] = mapped_column(
        server_default=false()
    )  # some threads are, or moved away
    last_post_at: Mapped[datetime | None] = mapped_column(index=True)


class Membership(Base):
    """A person in a community: what they mean to do there, and how its mail reaches them."""

    __tablename__ = "membership"
    # Links in old mails say a number: it is nobody else's, ever.
    __table_args__ = (
        UniqueConstraint("community_id", "person_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(default="contributor")
    role_until: Mapped[date | None]  # the last day of the role; then it is contributor
    delivery: Mapped[str] = mapped_column(default="each")
    posting: Mapped[str] = mapped_column(default="free")  # moderated: held; none: reads only
    own_posts: Mapped[bool] = mapped_column(default=False)  # a copy of what one wrote oneself
    listed: Mapped[bool] = mapped_column(default=False)  # agreed to stand on its page of people
    address_id: Mapped[int | None] = mapped_column(
        ForeignKey("address.id")
    )  # else the person's first
    paused_from: Mapped[date | None]  # the first day without mail; None: at once
    paused_until: Mapped[date | None]  # the day on which mail comes again; date.max is no day
    holds_at: Mapped[
        int | None
    ]  # the hour, UTC, of one mail a day with all that is held; None: each
    since: Mapped[datetime]


class Mute(Base):
    """A person wants no more mail of a thread."""

    __tablename__ = "mute"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]
