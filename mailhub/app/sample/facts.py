"""What came of the story, as the hub has it: mail received, posts, papers, what became of each mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from mailhub.app.hub import Hub, postbox_folder
from mailhub.app.sample.mailboxes import Mailboxes
from mailhub.app.waiting import figures
from mailhub.letter import Letter
from mailhub.library.tables import Document, Version
from mailhub.models import Community, Inbound, Outcome, Person, Post, Thread
from mailhub.postbox import Postbox


@dataclass(frozen=True, slots=True)
class PostFact:
    """A post; `parent` is the Message-ID of the one that it answers, "" where it begins."""

    id: int
    parent_id: int | None
    slug: str
    message_id: str
    parent: str
    thread_id: int
    thread: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionFact:
    """One version of a paper."""

    number: int
    filename: str
    sha256: str
    size: int
    by: str


@dataclass(frozen=True, slots=True)
class PaperFact:
    """A paper in a library, its versions from the first on."""

    slug: str
    id: int
    title: str
    versions: tuple[VersionFact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. `mail` is by address, `outcomes` by Message-ID."""

    mail: dict[str, list[Letter]]
    posts: tuple[PostFact, ...]
    papers: tuple[PaperFact, ...]
    outcomes: dict[str, list[str]]
    figures: dict[str, Any]

    def post(self, slug: str, message_id: str) -> PostFact | None:
        """The post of this Message-ID in a community."""
        return next(
            (post for post in self.posts if (post.slug, post.message_id) == (slug, message_id)),
            None,
        )

    def thread(self, slug: str, thread_id: int) -> Sequence[PostFact]:
        """The posts of a thread, in the order received."""
        return [post for post in self.posts if (post.slug, post.thread_id) == (slug, thread_id)]


def gather(hub: Hub, now: datetime) -> Facts:
    """Look at everything, once the hub has come to rest."""
    mailboxes = Mailboxes(Postbox(postbox_folder(hub.settings)))
    with hub.database.reading() as session:
        return Facts(
            mail={address: mailboxes.all_of(address) for address in mailboxes.addresses()},
            posts=_posts(session),
            papers=_papers(session),
            outcomes=_outcomes(session),
            figures=figures(session, now),
        )


def _posts(session: Session) -> tuple[PostFact, ...]:
    parent = aliased(Post)
    rows = session.execute(
        select(
            Post.id,
            Post.parent_id,
            Community.slug,
            Post.message_id,
            parent.message_id.label("parent"),
            Post.thread_id,
            Thread.subject,
            Post.author_name,
            Post.received_at,
        )
        .join(Community, Community.id == Post.community_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.tool == "")  # a blog's entry is no discussion
        .outerjoin(parent, parent.id == Post.parent_id)
        .order_by(Post.received_at, Post.id)
    )
    return tuple(
        PostFact(id_, parent_id, slug, message_id, above or "", thread_id, subject, author, at)
        for id_, parent_id, slug, message_id, above, thread_id, subject, author, at in rows
    )


def _papers(session: Session) -> tuple[PaperFact, ...]:
    rows = session.execute(
        select(Document.id, Document.title, Community.slug, Version, Person.name)
        .join(Community, Community.id == Document.community_id)
        .join(Version, Version.document_id == Document.id)
        .outerjoin(Person, Person.id == Version.filed_by_id)
        .order_by(Document.id, Version.number)
    )
    found: dict[int, tuple[str, str, list[VersionFact]]] = {}
    for id_, title, slug, one, by in rows:
        versions = found.setdefault(id_, (slug, title, []))[2]
        versions.append(VersionFact(one.number, one.filename, one.sha256, one.size, by or ""))
    return tuple(
        PaperFact(slug, id_, title, tuple(versions))
        for id_, (slug, title, versions) in found.items()
    )


def _outcomes(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message_id, what in session.execute(
        select(Inbound.message_id, Outcome.what)
        .join(Outcome, Outcome.inbound_id == Inbound.id)
        .order_by(Outcome.id)
    ):
        found.setdefault(message_id, []).append(what)
    return found
