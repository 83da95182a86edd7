"""The text of documents into the search: a job after filing, never a part of the mail's transaction.

Every version waits to be read once. Only the newest of a document is what the search finds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.blobs import Blobs, NoSuchBlob
from mailhub.database import Database
from mailhub.extraction import Extracted, Extractor
from mailhub.library.filing import KIND
from mailhub.library.tables import Document, Version

WAITING = "waiting"
SUPERSEDED = "superseded"
LOST = "lost"  # its bytes are not among the blobs
BATCH = 100


def index_version(
    database: Database, blobs: Blobs, version_id: int, extractor: Extractor | None = None
) -> None:
    """Read a version's text and put it into the search. It may be called again: what is read is read.

    Who reads many hands over one `extractor`, whose child process then serves them all.
    """
    with database.reading() as session:
        version = _waiting(session, version_id)
    if version is None:
        return
    if extractor is None:
        with Extractor() as own:
            read = _read(blobs, version, own)
    else:
        read = _read(blobs, version, extractor)
    with database.writing() as session:
        version = _waiting(session, version_id)
        if version is None:
            return
        document = session.scalars(
            select(Document).where(Document.id == version.document_id).with_for_update()
        ).one()
        newest = version.number == document.version_count
        if newest:
            search.put(
                session,
                KIND,
                document.id,
                document.community_id,
                document.title,
                f"{version.filename}\n{version.note}\n{read.text}",
                version.filed_at,
            )
        session.execute(
            update(Version)
            .where(Version.id == version_id)
            .values(text_state=read.outcome if newest else SUPERSEDED)
        )


def unread(database: Database, before: datetime, limit: int = BATCH) -> list[int]:
    """Versions filed before a moment whose text nobody has read: a job was lost. The oldest first."""
    with database.reading() as session:
        return list(
            session.scalars(
                select(Version.id)
                .where(Version.text_state == WAITING, Version.filed_at < before)
                .order_by(Version.id)
                .limit(limit)
            )
        )


def _waiting(session: Session, version_id: int) -> Version | None:
    version = session.get(Version, version_id)
    return version if version is not None and version.text_state == WAITING else None


def _read(blobs: Blobs, version: Version, extractor: Extractor) -> Extracted:
    try:
        with blobs.open(version.sha256) as file:
            content = file.read()
    except NoSuchBlob:
        return Extracted("", LOST)
    return extractor.text(version.filename, version.media_type, content)
