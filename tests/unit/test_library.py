"""Attachments become documents, versions of documents, or nothing."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from mailhub import library, search
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.library.filing import Filed
from mailhub.library.tables import Document, Filing, Version
from mailhub.models import Community, Person
from mailhub.reading import read
from mailhub.sight import STRANGER
from tests.unit.librarian import NOW, File, Library, mail, pdf

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_an_attachment_becomes_a_document(lib: Library) -> None:
    (filed,) = lib.files(("Housing_strategy.pdf", "application/pdf", pdf("one")))
    assert (filed.number, filed.is_new, filed.filename) == (1, True, "Housing_strategy.pdf")
    document = lib.session.get_one(Document, filed.document_id)
    assert (document.title, document.version_count) == ("Housing strategy", 1)
    assert document.changed_at == lib.now
    with lib.blobs.open(filed.sha256) as file:
        assert file.read() == pdf("one")


def test_a_file_of_the_same_name_is_a_new_version(lib: Library) -> None:
    (first,) = lib.files(("Housing strategy.pdf", "application/pdf", pdf("one")))
    (second,) = lib.files(("housing_strategy (1).PDF", "application/pdf", pdf("two")))
    assert second.document_id == first.document_id
    assert (second.number, second.is_new) == (2, True)
    document = lib.session.get_one(Document, first.document_id)
    assert (document.version_count, document.changed_at) == (2, lib.now)


def test_versions_stand_in_the_order_in_which_they_were_received(lib: Library) -> None:
    """An old archive moves in beside a living library: its papers are not the newest ones."""
    lib.files(("Rates 2.pdf", "application/pdf", pdf("second")))
    (last,) = lib.files(("Rates 2.pdf", "application/pdf", pdf("fourth")))
    living = lib.now
    lib.now = NOW - timedelta(days=3000)
    (first,) = lib.files(("rates_2 (1).pdf", "application/pdf", pdf("first")))
    lib.now = living - timedelta(minutes=90)  # the library moves it on by an hour
    (third,) = lib.files(("Rates 2.pdf", "application/pdf", pdf("third")))
    document = lib.session.get_one(Document, last.document_id)
    versions = lib.session.scalars(select(Version).order_by(Version.number)).all()
    assert [one.id for one in versions][::3] == [first.version_id, last.version_id]
    assert [one.number for one in versions] == [1, 2, 3, 4]
    assert versions[2].id == third.version_id
    assert (document.version_count, document.changed_at) == (4, living)
    assert document.created_at == versions[0].filed_at
    # What is found is the newest, by its name at once.
    hits = search.find(lib.session, STRANGER, "rates").hits
    assert [hit.title for hit in hits] == [document.title]


def test_the_same_name_in_another_community_is_another_document(lib: Library) -> None:
    (first,) = lib.files(("a.pdf", "application/pdf", pdf("one")))
    (other,) = lib.files(("a.pdf", "application/pdf", pdf("one")), slug="audit")
    assert other.document_id != first.document_id
    assert (other.number, other.is_new) == (1, True)
    assert len([path for path in lib.blobs._folder.rglob("*") if path.is_file()]) == 1


def test_the_same_bytes_again_are_no_new_version_but_stand_at_the_post(lib: Library) -> None:
    (first,) = lib.files(("a.pdf", "application/pdf", pdf("one")))
    (again,) = lib.files(("Copy of a.pdf", "application/pdf", pdf("one")))
    (renamed,) = lib.files(("Quite another name.pdf", "application/pdf", pdf("one")))
    assert again.version_id == renamed.version_id == first.version_id
    assert not again.is_new
    filings = lib.session.scalars(select(Filing).order_by(Filing.post_id)).all()
    assert [filing.version_id for filing in filings] == [first.version_id] * 3
    assert [filing.filename for filing in filings][2] == "Quite another name.pdf"


def test_an_old_version_that_comes_again_stays_the_old_version(lib: Library) -> None:
    (first,) = lib.files(("a.pdf", "application/pdf", pdf("one")))
    lib.files(("a.pdf", "application/pdf", pdf("two")))
    (again,) = lib.files(("a.pdf", "application/pdf", pdf("one")))
    assert again.version_id == first.version_id


def test_two_files_of_one_name_in_one_mail_are_two_documents(lib: Library) -> None:
    scans = [("scan.pdf", "application/pdf", pdf(str(n))) for n in range(3)]
    filed = lib.files(*scans)
    assert len({one.document_id for one in filed}) == 3
    later = lib.files(*[(name, kind, content + b"!") for name, kind, content in scans])
    assert [one.document_id for one in later] == [one.document_id for one in filed]
    assert [one.number for one in later] == [2, 2, 2]


def test_files_without_a_name_are_never_versions_of_each_other(lib: Library) -> None:
    (first,) = lib.files(("", "application/pdf", pdf("one")))
    (second,) = lib.files(("", "application/pdf", pdf("two")))
    assert first.document_id != second.document_id
    assert lib.session.get_one(Document, first.document_id).title == "A paper"


@pytest.mark.parametrize(
    "furniture",
    [
        ("image001.png", "image/png", PNG * 300),
        ("Company logo.gif", "image/gif", b"GIF89a" + b"x" * 50_000),
        ("tiny.png", "image/png", PNG),
        ("smime.p7s", "application/pkcs7-signature", b"\x30\x80"),
        ("smime.p7s", "application/octet-stream", b"\x30\x80"),
        ("signature.asc", "application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----"),
        ("invite.ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("jane.vcf", "text/x-vcard", b"BEGIN:VCARD"),
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22"),
        ("plan.pdf", "application/applefile", b"\x00\x05\x16\x07\x00\x02\x00\x00"),
        ("ATT00001.txt", "text/plain", b"_______\nA list's footer"),
        ("", "text/html", b"<p>a footer</p>"),
        ("empty.pdf", "application/pdf", b""),
    ],
    ids=lambda file: file[0] or "nameless",
)
def test_furniture_of_a_mail_is_no_document(lib: Library, furniture: File) -> None:
    (filed,) = lib.files(furniture, ("paper.pdf", "application/pdf", pdf("x")))
    assert filed.filename == "paper.pdf"


@pytest.mark.parametrize(
    "paper",
    [
        ("Site photo.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 20_000),
        ("Logo guidelines.pdf", "application/pdf", b"%PDF-1.4"),
        ("Silicon valley.png", "image/png", PNG * 200),
        ("Wards.png", "image/png", PNG * 200),
        ("data.csv", "text/csv", b"a,b"),
        ("notes.txt", "text/plain", b"notes"),
        ("unknown", "application/octet-stream", b"\0\1\2"),
    ],
    ids=lambda file: file[0],
)
def test_a_paper_is_a_document(lib: Library, paper: File) -> None:
    (filed,) = lib.files(paper)
    assert filed.filename == paper[0]


def test_a_picture_that_the_text_shows_is_no_document(lib: Library) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Look"
    letter.set_content("Look")
    letter.add_alternative('<p>Look <img src="cid:map@x"></p>', subtype="html")
    letter.get_payload()[1].add_related(  # type: ignore[union-attr, index]
        b"\xff\xd8\xff" + b"x" * 500_000, "image", "jpeg", cid="<map@x>", filename="map.jpg"
    )
    assert lib.reads(letter.as_bytes()) == []


def test_a_mail_to_docs_is_filed_under_its_subject_with_its_text_as_note(lib: Library) -> None:
    policy = lib.community("policy")
    jane = Person(name="Jane", created_at=NOW)
    lib.session.add(jane)
    lib.session.flush()

    def take(*files: File) -> list[Filed]:
        letter = read(mail(*files, subject="The strategy", text="As agreed.\n").as_bytes())
        return library.take(
            lib.session,
            library.prepare(lib.blobs, letter),
            letter,
            community=policy,
            person=jane,
            now=NOW,
        )

    (filed,) = take(("strat_v3.pdf", "application/pdf", pdf("one")))
    document = lib.session.get_one(Document, filed.document_id)
    version = lib.session.get_one(Version, filed.version_id)
    assert document.title == "The strategy"
    assert (version.note, version.filed_by_id, version.post_id) == ("As agreed.", jane.id, None)
    two = take(("a.pdf", "application/pdf", pdf("2")), ("b.pdf", "application/pdf", pdf("3")))
    titles = [lib.session.get_one(Document, one.document_id).title for one in two]
    assert titles == ["The strategy (a)", "The strategy (b)"]
    hits = search.find(lib.session, STRANGER, "strategy agreed").hits
    assert {hit.object_id for hit in hits} == {filed.document_id, *(o.document_id for o in two)}


def test_a_document_is_found_by_its_name_at_once(lib: Library) -> None:
    (filed,) = lib.files(("Housing_strategy.pdf", "application/pdf", pdf("one")))
    (hit,) = search.find(lib.session, STRANGER, "housing", kind="document").hits
    assert (hit.object_id, hit.title) == (filed.document_id, "Housing strategy")


def test_a_mail_with_very_many_files_is_bounded(lib: Library) -> None:
    filed = lib.files(*[(f"{n}.bin", "application/x-thing", b"%d" % n) for n in range(150)])
    assert len(filed) == 100


def test_a_mail_that_is_attached_is_readable_and_what_is_in_it_is_filed(lib: Library) -> None:
    letter = mail(("Budget.pdf", "application/pdf", pdf("deep")), subject="Inside")
    for depth in range(1, 8):
        holder = mail(subject=f"Forward {depth}")
        holder.add_attachment(letter)
        letter = holder
    filed = lib.reads(letter.as_bytes())
    # Five deep and no deeper; the paper is in the eighth.
    assert [one.filename for one in filed] == [f"Forward {n}.eml" for n in (6, 5, 4, 3, 2, 1)]
    assert len({one.document_id for one in filed}) == 6

    (first, paper) = lib.reads(_forward(mail(("a.pdf", "application/pdf", pdf("1"))), "Budget"))
    (other,) = lib.reads(_forward(mail(text="No paper"), "Budget"))
    assert (first.filename, paper.filename) == ("A paper.eml", "a.pdf")
    assert other.filename == "A paper.eml"
    assert other.document_id != first.document_id


def _forward(letter: EmailMessage, subject: str) -> bytes:
    holder = mail(subject=subject)
    holder.add_attachment(letter)
    return holder.as_bytes()


def test_two_mails_that_file_one_name_at_once_make_two_versions(
    database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.add(Community(slug="policy", name="Policy", created_at=NOW))
    gate = Barrier(4)

    def file(words: str) -> tuple[int, int]:
        gate.wait(60)
        with database.writing() as session:
            lib = Library(session, Blobs(tmp_path / "blobs"))
            lib.communities["policy"] = session.query(Community).one()
            (filed,) = lib.files(("a.pdf", "application/pdf", pdf(words)))
            return filed.document_id, filed.number

    with ThreadPoolExecutor(4) as pool:
        filed = list(pool.map(file, "1234"))
    assert len({document for document, _ in filed}) == 1
    assert sorted(number for _, number in filed) == [1, 2, 3, 4]
