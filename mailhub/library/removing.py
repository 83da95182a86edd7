"""Versions that go: with the posts that brought them, or as their filer asks. The bytes go once no version
anywhere names them, and nobody can be about to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.library import reading
from mailhub.library.filing import KIND
from mailhub.library.tables import Document, Filing, Version

SAFE_AGE = timedelta(days=1)  # bytes put since then may be about to be named


def of_posts(session: Session, posts: Collection[int]) -> set[int]:
    """The versions that these posts brought and that no other post has. The posts' own rows of what they
    brought are gone after this."""
    named = select(Filing.version_id).where(Filing.post_id.in_(posts))
    brought = set(session.scalars(named)) | set(
        session.scalars(select(Version.id).where(Version.post_id.in_(posts)))
    )
    session.execute(delete(Filing).where(Filing.post_id.in_(posts)))
    session.execute(update(Version).where(Version.post_id.in_(posts)).values(post_id=None))
    others = set(session.scalars(select(Filing.version_id).where(Filing.version_id.in_(brought))))
    return brought - others


def remove(session: Session, versions: Collection[int]) -> set[str]:
    """End these versions, and documents of which none is left; the hashes of their bytes."""
    rows = session.execute(
        select(Version.id, Version.sha256, Version.document_id).where(Version.id.in_(versions))
    ).all()
    session.execute(delete(Filing).where(Filing.version_id.in_(versions)))
    session.execute(delete(Version).where(Version.id.in_(versions)))
    for document_id in {row.document_id for row in rows}:
        _again(session, document_id)
    return {row.sha256 for row in rows}


def drop_blobs(database: Database, blobs: Blobs, hashes: Collection[str], now: datetime) -> int:
    """Remove those bytes that no version names; how many. What was put within a day stays: a mail that is
    being filed may name it in a moment."""
    dropped = 0
    for sha256 in hashes:
        if not blobs.is_older(sha256, now - SAFE_AGE):
            continue
        with database.reading() as session:
            named = session.scalar(select(Version.id).where(Version.sha256 == sha256).limit(1))
        if named is None and blobs.remove(sha256, now - SAFE_AGE):
            dropped += 1
    return dropped


def _again(session: Session, document_id: int) -> None:
    """A document as its remaining versions make it: the search finds the newest of them."""
    newest = session.scalar(
        select(func.max(Version.number)).where(Version.document_id == document_id)
    )
    search.drop(session, KIND, document_id)
    if newest is None:
        reading.forget(session, [document_id])
        session.execute(delete(Document).where(Document.id == document_id))
        return
    session.execute(update(Document).where(Document.id == document_id).values(version_count=newest))
    session.execute(
        update(Version)
        .where(Version.document_id == document_id, Version.number == newest)
        .values(text_state="waiting")
    )
