"""What a person may see of the library. What is closed to them and what does not exist are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mailhub.library.tables import Document, Version
from mailhub.models import Community, Person, Post
from mailhub.sight import Viewer, may_read

LISTED = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with one of its versions."""

    number: int  # of the document, as in `get doc 12`
    title: str
    versions: int
    version: int
    filename: str
    media_type: str
    size: int
    sha256: str
    filed_at: datetime
    filed_by: str  # a name; "" where nobody is known
    subject: str  # of the discussion that brought it; "" where none did
    note: str
    slug: str  # of its community
    community: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A community's papers, the latest changed first, and how many there are."""

    papers: tuple[Paper, ...]
    total: int


def listing(
    session: Session, viewer: Viewer, community: Community, limit: int = LISTED, offset: int = 0
) -> Listing:
    """The newest version of each paper of a community, if the viewer may read there."""
    here = (Document.community_id == community.id, may_read(viewer))
    total = session.scalar(
        select(func.count())
        .select_from(Document)
        .join(Community, Community.id == Document.community_id)
        .where(*here)
    )
    rows = session.execute(
        _papers()
        .where(*here, Version.number == Document.version_count)
        .order_by(Document.changed_at.desc(), Document.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return Listing(tuple(Paper(**row._mapping) for row in rows), total or 0)


def fetch(
    session: Session, viewer: Viewer, number: int, version: int | None = None
) -> Paper | None:
    """One paper of whatever community, its newest version unless another is named; None where the
    viewer may not read it or there is none."""
    wanted = Document.version_count if version is None else version
    row = session.execute(
        _papers().where(may_read(viewer), Document.id == number, Version.number == wanted)
    ).one_or_none()
    return Paper(**row._mapping) if row else None


def _papers() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id.label("number"),
            Document.title,
            Document.version_count.label("versions"),
            Version.number.label("version"),
            Version.filename,
            Version.media_type,
            Version.size,
            Version.sha256,
            Version.filed_at,
            func.coalesce(Person.name, "").label("filed_by"),
            func.coalesce(Post.subject, "").label("subject"),
            Version.note,
            Community.slug,
            Community.name.label("community"),
        )
        .select_from(Document)
        .join(Version, Version.document_id == Document.id)
        .join(Community, Community.id == Document.community_id)
        .outerjoin(Person, Person.id == Version.filed_by_id)
        .outerjoin(Post, Post.id == Version.post_id)
    )
