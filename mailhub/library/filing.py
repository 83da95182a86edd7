"""Papers become documents: what the database says of them, written inside of a transaction.

A file of a name that the community has (`names.key`), or a near copy, is a new version of that
document; the same bytes are the version that is there, whatever they are called now. Two files of one
mail never become versions of each other. Versions stand in the order in which they were received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.letter import Letter
from mailhub.library.preparing import Prepared
from mailhub.library.tables import Document, Filing, Version
from mailhub.models import Community, Person

KIND = "document"
MAX_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class Filed:
    """A file as it stands in the library now; `is_new` where it was not there before."""

    document_id: int
    version_id: int
    number: int
    filename: str
    media_type: str
    size: int
    sha256: str
    is_new: bool


def file(
    session: Session,
    prepared: Sequence[Prepared],
    *,
    community: Community,
    post_id: int | None,
    person: Person | None,
    now: datetime,
    title: str = "",
    note: str = "",
) -> list[Filed]:
    """File what was prepared, as versions of the community's documents, in the given order.

    `title` names the document instead of its file's name (of several files, each keeps its own name
    behind it); `note` is kept with the new versions.
    """
    filed: list[Filed] = []
    taken: set[int] = set()
    for rank, paper in enumerate(prepared):
        named = _title(title, paper, alone=len(prepared) == 1)
        one = _same_bytes(session, paper, community)
        if one is None:
            document = _document(session, paper, community, taken, named or paper.title, now)
            one = _new_version(session, document, paper, post_id, person, note, now)
            if one.number == document.version_count:
                document.title = named or document.title
                _index(session, document, paper.filename, note, now)
        taken.add(one.document_id)
        filed.append(one)
        if post_id is not None:
            session.add(
                Filing(
                    post_id=post_id, rank=rank, version_id=one.version_id, filename=paper.filename
                )
            )
    session.flush()
    return filed


def take(
    session: Session,
    prepared: Sequence[Prepared],
    letter: Letter,
    *,
    community: Community,
    person: Person | None,
    now: datetime,
) -> list[Filed]:
    """File a mail that came to `policy+docs@`: its subject is the title, its text the note."""
    return file(
        session,
        prepared,
        community=community,
        post_id=None,
        person=person,
        now=now,
        title=letter.subject.strip(),
        note=letter.new_text.strip()[:MAX_NOTE],
    )


def _title(title: str, paper: Prepared, *, alone: bool) -> str:
    return title if alone or not title else f"{title} ({paper.title})"


def _same_bytes(session: Session, paper: Prepared, community: Community) -> Filed | None:
    found = session.scalars(
        select(Version)
        .join(Document)
        .where(Version.sha256 == paper.sha256, Document.community_id == community.id)
        .order_by(Version.id.desc())
        .limit(1)
    ).first()
    return _filed(found, is_new=False) if found else None


def _document(
    session: Session,
    paper: Prepared,
    community: Community,
    taken: set[int],
    title: str,
    now: datetime,
) -> Document:
    """The document that the paper is a version of, made where there is none, and locked."""
    name_key = paper.name_key
    known = session.scalars(
        select(Document.id)
        .join(Version)
        .where(Document.community_id == community.id, Version.name_key == name_key)
        .order_by((Document.name_key == name_key).desc(), Version.id.desc())
        .limit(1)
    ).first()
    if known is not None and known not in taken:
        return session.get_one(Document, known, with_for_update=True)
    for near in paper.near:
        document = session.get(Document, near, with_for_update=True)
        if document and document.community_id == community.id and near not in taken:
            return document
    if known is not None:  # by a file of this very mail, which had another name
        name_key = f"{name_key} ({len(taken) + 1})"
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # Where another transaction has just made it, this one waits for it and takes that one.
    session.execute(
        insert(Document)
        .values(
            community_id=community.id,
            title=title,
            name_key=name_key,
            family=paper.family,
            created_at=now,
            changed_at=now,
            version_count=0,
        )
        .on_conflict_do_nothing(index_elements=["community_id", "name_key"])
    )
    return session.scalars(
        select(Document)
        .where(Document.community_id == community.id, Document.name_key == name_key)
        .with_for_update()
    ).one()


def _new_version(
    session: Session,
    document: Document,
    paper: Prepared,
    post_id: int | None,
    person: Person | None,
    note: str,
    now: datetime,
) -> Filed:
    number = _room_for(session, document, now)
    document.version_count = session.execute(
        update(Document)
        .where(Document.id == document.id)
        .values(version_count=Document.version_count + 1)
        .returning(Document.version_count)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    document.created_at = min(document.created_at, now)
    document.changed_at = max(document.changed_at, now)
    version = Version(
        document_id=document.id,
        number=number,
        post_id=post_id,
        filed_by_id=person.id if person else None,
        filed_at=now,
        filename=paper.filename,
        name_key=paper.name_key,
        media_type=paper.media_type,
        size=paper.size,
        sha256=paper.sha256,
        note=note,
    )
    session.add(version)
    session.flush()
    return _filed(version, is_new=True)


def _room_for(session: Session, document: Document, at: datetime) -> int:
    """The number of a version received then. Numbers follow the time: where an archive brings an
    older paper, those received after it move up by one."""
    of_it = Version.document_id == document.id
    later = Version.filed_at > at
    number = session.scalar(select(func.min(Version.number)).where(of_it, later))
    if number is None:
        return document.version_count + 1
    # In two steps, so that no two versions have the same number in between.
    for these, moved in ((later, -Version.number - 1), (Version.number < 0, -Version.number)):
        session.execute(update(Version).where(of_it, these).values(number=moved))
    return number


def _index(session: Session, document: Document, filename: str, note: str, now: datetime) -> None:
    """Found by its names at once; by its text when a job has read it."""
    words = f"{filename}\n{note}"
    search.put(session, KIND, document.id, document.community_id, document.title, words, now)


def _filed(version: Version, *, is_new: bool) -> Filed:
    return Filed(
        document_id=version.document_id,
        version_id=version.id,
        number=version.number,
        filename=version.filename,
        media_type=version.media_type,
        size=version.size,
        sha256=version.sha256,
        is_new=is_new,
    )
