"""What is new in the library, for digests: papers that came, and new versions of papers."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.blobs import Blobs
from mailhub.library import showing
from mailhub.library.commands import media_type
from mailhub.library.tables import Document, Version
from mailhub.models import Community, Outgoing, Person
from mailhub.news import News, Whole, Window
from mailhub.sight import Viewer
from mailhub.site import Site

KIND = "document"
LONGEST = 600  # characters of a note
_came = func.coalesce(Outgoing.created_at, Version.filed_at, type_=Version.filed_at.type)
_NEW = (
    select(
        Document.id,
        Document.community_id,
        Document.title,
        Version.number,
        Version.post_id,
        Version.filename,
        Version.size,
        Version.filed_at,
        Version.filed_by_id,
        func.substr(Version.note, 1, LONGEST).label("note"),
        Person.name,
        Person.organisation,
        Community.slug,
    )
    .join(Version, Version.document_id == Document.id)
    .join(Community, Community.id == Document.community_id)
    .outerjoin(Outgoing, Outgoing.post_id == Version.post_id)
    .outerjoin(Person, Person.id == Version.filed_by_id)
    .where(
        Document.community_id.in_(bindparam("communities", expanding=True)),
        Version.number == Document.version_count,
        _came > bindparam("since", type_=Version.filed_at.type),
        _came <= bindparam("until", type_=Version.filed_at.type),
    )
    .order_by(Version.filed_at, Document.id)
)


def digest(session: Session, site: Site, window: Window) -> list[News]:
    """The papers of these communities that came, or have a new version."""
    rows = session.execute(_NEW, window.bounds)
    return [
        News(
            section="library",
            kind=KIND,
            object_id=row.id,
            community_id=row.community_id,
            at=row.filed_at,
            title=row.title,
            url=site.document_url(row.slug, row.id),
            text=row.note,
            author=row.name or "",
            organisation=row.organisation or "",
            is_new=row.number == 1,
            answer=Token(Purpose.REPLY, row.post_id) if row.post_id else None,
            facts={"filename": row.filename, "size": row.size, "version": row.number},
            by=frozenset({row.filed_by_id or 0}),
            people=frozenset({row.filed_by_id} - {None}),
            organisations=frozenset({row.organisation} - {None, ""}),
        )
        for row in rows
    ]


def whole(session: Session, blobs: Blobs, person_id: int, number: int) -> Whole | None:
    """A paper itself."""
    paper = showing.fetch(session, Viewer(person_id), number)
    if paper is None:
        return None
    with blobs.open(paper.sha256) as file:
        content = file.read()
    return Whole(
        paper.title, paper.note, ((paper.filename, media_type(paper.media_type), content),)
    )
