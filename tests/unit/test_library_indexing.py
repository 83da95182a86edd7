"""Documents are found by their words, once a job has read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailhub import library, search
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.extraction import Extractor
from mailhub.library import Filed
from mailhub.library.tables import Version
from mailhub.models import Community
from mailhub.sight import STRANGER
from tests.unit.librarian import NOW, File, Library

PAPERS = Path(__file__).parent / "papers"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def filed(database: Database, blobs: Blobs, *files: File) -> list[Filed]:
    with database.writing() as session:
        lib = Library(session, blobs)
        community = session.query(Community).first()
        if community:
            lib.communities["policy"] = community
        return lib.files(*files)


def found(database: Database, query: str) -> list[tuple[int, str]]:
    with database.reading() as session:
        hits = search.find(session, STRANGER, query).hits
    return [(hit.object_id, "".join(p.text for p in hit.snippet if p.found)) for hit in hits]


def state(database: Database, one: Filed) -> str:
    with database.reading() as session:
        return session.get_one(Version, one.version_id).text_state


def paper(name: str, called: str = "") -> File:
    return (called or name, "application/octet-stream", (PAPERS / name).read_bytes())


def test_a_document_is_found_by_its_words_after_the_job(
    database: Database, blobs: Blobs, extractor: Extractor
) -> None:
    word, slides = filed(database, blobs, paper("strategy.docx"), paper("slides.pptx"))
    assert found(database, "harvest") == []
    assert found(database, "strategy") == [(word.document_id, "strategy")]
    assert library.unread(database, LATER) == [word.version_id, slides.version_id]
    assert library.unread(database, NOW) == []

    for one in (word, slides):
        library.index_version(database, blobs, one.version_id, extractor)
    assert found(database, "harvest") == [(word.document_id, "harvest")]
    assert [number for number, _ in found(database, '"kingfisher point 11"')] == [
        slides.document_id
    ]
    assert library.unread(database, LATER) == []

    # A job may come twice; here without a child of its own to hand over.
    library.index_version(database, blobs, word.version_id)
    assert found(database, "harvest") == [(word.document_id, "harvest")]


def test_only_the_newest_version_is_found_whatever_order_they_are_read_in(
    database: Database, blobs: Blobs, extractor: Extractor
) -> None:
    (first,) = filed(database, blobs, ("plan.txt", "text/plain", b"the heron"))
    (second,) = filed(database, blobs, ("plan.txt", "text/plain", b"the kingfisher"))
    library.index_version(database, blobs, second.version_id, extractor)
    library.index_version(database, blobs, first.version_id, extractor)
    assert found(database, "heron") == []
    assert found(database, "kingfisher") == [(first.document_id, "kingfisher")]
    assert (state(database, first), state(database, second)) == ("superseded", "read")


def test_what_cannot_be_read_is_said_and_still_found_by_its_name(
    database: Database, blobs: Blobs, extractor: Extractor
) -> None:
    picture, locked = filed(
        database,
        blobs,
        ("Wards map.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"x" * 9_000),
        paper("locked.pdf"),
    )
    for one in (picture, locked):
        library.index_version(database, blobs, one.version_id, extractor)
    assert (state(database, picture), state(database, locked)) == ("no-text", "encrypted")
    assert found(database, "wards map") == [(picture.document_id, "Wardsmap")]
    assert library.unread(database, LATER) == []


def test_lost_bytes_are_said_and_not_tried_for_ever(
    database: Database, blobs: Blobs, extractor: Extractor
) -> None:
    (one,) = filed(database, blobs, ("plan.txt", "text/plain", b"the heron"))
    library.index_version(database, Blobs(Path("/nonexistent")), one.version_id, extractor)
    assert state(database, one) == "lost"
    library.index_version(database, blobs, 999, extractor)
