"""A near copy under another name is a new version; a paper that only looks like one is not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailhub import library
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.library import Filed
from mailhub.models import Community
from mailhub.reading import read
from tests.unit.librarian import File, Library, mail

STRATEGY = Path(__file__).parent / "papers" / "strategy.docx"
VOCABULARY = [f"word{number}" for number in range(3_000)]


def paragraphs(seed: int, count: int = 8) -> list[str]:
    chosen = random.Random(seed)
    return [" ".join(chosen.choices(VOCABULARY, k=120)) for _ in range(count)]


def text(parts: list[str], name: str = "Strategy.txt") -> File:
    return (name, "text/plain", "\n\n".join(parts).encode())


class Desk:
    """A library as mail reaches it: prepared and compared outside of the transaction it is filed in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.blobs = Blobs(folder)

    def files(self, *files: File, slug: str = "policy") -> list[Filed]:
        letter = read(mail(*files).as_bytes())
        prepared = library.prepare(self.blobs, letter)
        prepared = library.compare(self.database, self.blobs, {slug}, prepared)
        with self.database.writing() as session:
            lib = Library(session, self.blobs)
            lib.communities = {one.slug: one for one in session.query(Community)}
            community = lib.community(slug)
            return library.file(
                session,
                prepared,
                community=community,
                post_id=lib.post(letter, community).id,
                person=None,
                now=lib.now,
            )


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "blobs")


@pytest.mark.parametrize(
    "name", ["Strategy v2.txt", "Strategy FINAL.txt", "Draft strategy (2).txt", "strategy_v1.2.txt"]
)
def test_a_revised_text_under_a_name_of_the_family_is_a_new_version(desk: Desk, name: str) -> None:
    (first,) = desk.files(text(paragraphs(1)))
    revised = paragraphs(1)
    revised[3:5] = paragraphs(2, 3)
    (second,) = desk.files(text(revised, name))
    assert (second.document_id, second.number) == (first.document_id, 2)
    # From now on that name is one of the document's own.
    (third,) = desk.files(text(paragraphs(3), name))
    assert (third.document_id, third.number) == (first.document_id, 3)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Strategy v2.txt", paragraphs(9)),  # of the family, but another text
        ("Strategy v2.txt", paragraphs(1, 8)[:3] + paragraphs(9, 5)),  # of one template
        ("Strategy Leeds.txt", paragraphs(1)[:7] + paragraphs(9, 1)),  # a form, filled in
        ("Strategy 2027.txt", paragraphs(1)[:7] + paragraphs(9, 1)),
        ("Strategy v2.csv", paragraphs(1)[:7] + paragraphs(9, 1)),  # another format
        ("Strategy v2.txt", ["too short to tell"]),
    ],
)
def test_papers_that_are_not_near_stay_apart(desk: Desk, name: str, parts: list[str]) -> None:
    (first,) = desk.files(text(paragraphs(1)))
    (other,) = desk.files(text(parts, name))
    assert other.document_id != first.document_id


def test_a_near_copy_is_near_in_its_own_community_alone(desk: Desk) -> None:
    desk.files(text(paragraphs(1)), slug="audit")
    (other,) = desk.files(text([*paragraphs(1), "more"], "Strategy v2.txt"))
    assert other.number == 1
    (version,) = desk.files(text([*paragraphs(1), "much more"], "Strategy v3.txt"))
    assert (version.document_id, version.number) == (other.document_id, 2)


def test_a_paper_and_its_revision_in_one_mail_are_two_documents(desk: Desk) -> None:
    one, other = desk.files(text(paragraphs(1)), text([*paragraphs(1), "x"], "Strategy v2.txt"))
    assert one.document_id != other.document_id


def test_the_texts_of_office_files_are_compared(desk: Desk) -> None:
    word = ("Repair.docx", "application/octet-stream", STRATEGY.read_bytes())
    again = ("Repair final.docx", word[1], STRATEGY.read_bytes() + b"\0")  # other bytes, same words
    (first,) = desk.files(word)
    (second,) = desk.files(again)
    assert (second.document_id, second.number) == (first.document_id, 2)
