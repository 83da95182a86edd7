"""Versions of documents as they are told of: of which document, what they are, who filed them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from mailhub.library.tables import Document, Version
from mailhub.models import Person


def versions() -> Select[*tuple[Any, ...]]:
    """The statement for all versions of all documents: the document's id and title, the version's number and what it
    is, and the name of who filed it (`filed_by`; None where that is nobody any more). Which of them, and in which
    order, is for who asks to add."""
    return (
        select(
            Document.id,
            Document.title,
            Version.number,
            Version.filename,
            Version.media_type,
            Version.size,
            Version.sha256,
            Version.filed_at,
            Version.note,
            Person.name.label("filed_by"),
        )
        .join(Version, Version.document_id == Document.id)
        .outerjoin(Person, Person.id == Version.filed_by_id)
    )
