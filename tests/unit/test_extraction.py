"""The text of documents, read in a child process that nothing can blow up."""

from __future__ import annotations

import io
import os
import resource
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub.extraction import MAX_TEXT, Extractor

PAPERS = Path(__file__).parent / "papers"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def word(body: bytes) -> bytes:
    return zipped(("word/document.xml", b"<w:document xmlns:w='w'>" + body + b"</w:document>"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "strategy.docx",
            ["four repair cafés, one", "Splitword over runs", "Kingfisher", "Header"],
        ),
        ("strategy.odt", ["four repair cafés, one in each ward", "Ŵyl y Cynhaeaf – the harvest"]),
        ("strategy.pdf", ["four repair cafés, one", "Second page: the kingfisher is back"]),
        ("unprintable.pdf", ["Second page: the kingfisher is back"]),
        ("slides.pptx", ["four repair cafés", "Kingfisher point 11", "Remember the heron"]),
        ("returns.xlsx", ["Kingfisher bridge closed", "Llandaf"]),
        ("returns.ods", ["Pentwyn", "Kingfisher"]),
        ("returns.xls", ["Kingfisher bridge closed", "Ŵyl y Cynhaeaf", "Llandaf"]),
    ],
)
def test_the_words_of_a_document(extractor: Extractor, name: str, words: list[str]) -> None:
    # The octets tell what it is, whatever it is called.
    for filename in (name, "no-extension"):
        got = extractor.text(filename, "application/octet-stream", (PAPERS / name).read_bytes())
        assert got.outcome == "read"
        for word in words:
            assert word in got.text


def test_slides_are_in_order_and_their_notes_after_them(extractor: Extractor) -> None:
    text = extractor.text("slides.pptx", "", (PAPERS / "slides.pptx").read_bytes()).text
    places = [text.index(f"Slide number {number}\n") for number in range(1, 12)]
    assert places == sorted(places)
    assert places[-1] < text.index("Remember the heron")


@pytest.mark.parametrize(
    ("name", "media_type", "content", "words"),
    [
        ("a.txt", "", "Ŵyl y Cynhaeaf".encode(), "Ŵyl y Cynhaeaf"),
        ("a.txt", "", "Ŵyl y Cynhaeaf".encode("utf-16"), "Ŵyl y Cynhaeaf"),
        ("a.txt", "", "\ufeffcafé".encode(), "café"),
        ("a.csv", "", "ward;café\n1;2".encode("cp1252"), "ward;café\n1;2"),
        ("", "text/plain", b"plain words", "plain words"),
        ("a.html", "", b"<html><script>no()</script><p>two <b>words</b>", "two words"),
        ("a.eml", "", b"From: Jane Doe <j@x>\nSubject: Budget\n\nThe cuts", "Budget\nThe cuts"),
        ("a.zip", "", zipped(("papers/Budget 2026.xyz", b"x")), "papers/Budget 2026.xyz"),
        (
            "a.rtf",
            "",
            rb"{\rtf1\ansi{\fonttbl{\f0 Times;}}{\*\hidden no}\f0 Caf\'e9 {\b bold}ly\par "
            rb"\u372?yl \{x\}~\line end{\pict 00ff}}",
            "Café boldly\nŴyl {x}~\nend",
        ),
        (
            "b.rtf",
            "",
            rb"{\rtf1\ansi\ansicpg1251 \'c1\'fe\'e4\'e6\'e5\'f2\page 2027}",
            "Бюджет\n2027",
        ),
        ("a.docx", "", word(b"<w:p><w:t>one </w:t><w:t>two</w:t></w:p>"), "one two"),
    ],
)
def test_the_words_of_plain_things(
    extractor: Extractor, name: str, media_type: str, content: bytes, words: str
) -> None:
    got = extractor.text(name, media_type, content)
    assert (got.outcome, got.text.strip()) == ("read", got.text.strip())
    assert words in got.text
    assert "no" not in got.text.split()


@pytest.mark.parametrize(
    ("name", "content", "outcome"),
    [
        ("locked.pdf", (PAPERS / "locked.pdf").read_bytes(), "encrypted"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        ("a.png", b"\x89PNG\r\n\x1a\n", "no-text"),
        ("a.bin", os.urandom(10_000), "no-text"),
        ("empty.txt", b"  \n ", "no-text"),
        ("a.docx", word(b""), "no-text"),
        ("cut.pdf", (PAPERS / "strategy.pdf").read_bytes()[:300], "broken"),
        ("cut.docx", (PAPERS / "strategy.docx").read_bytes()[:9_000], "broken"),
        ("a.docx", word(b"<w:p>"), "broken"),
    ],
)
def test_why_there_are_no_words(
    extractor: Extractor, name: str, content: bytes, outcome: str
) -> None:
    assert extractor.text(name, "", content).outcome == outcome


def test_what_was_read_before_a_document_breaks_is_kept(extractor: Extractor) -> None:
    got = extractor.text("a.docx", "", word(b"<w:p><w:t>words</w:t></w:p>" * 20_000 + b"</x>"))
    assert got.outcome == "broken"
    assert "words" in got.text


LAUGHS = (
    b"""<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a><t>&b;</t></a>"""
)
# Made when they are wanted: they take long, and every process reads this file.
BOMBS = {
    "words": lambda: word(b"<w:p><w:t>" + b"word " * 30_000_000 + b"</w:t></w:p>"),
    "one huge element": lambda: word(b"<w:p " + b"a" * 200_000_000 + b"/>"),
    "deep": lambda: word(b"<w:p>" * 5_000_000),
    "entities": lambda: zipped(("word/document.xml", LAUGHS)),
    "outside": lambda: zipped(
        ("word/document.xml", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a><t>x</t></a>")
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bounded_and_the_next_file_is_read(extractor: Extractor, name: str) -> None:
    bomb = BOMBS[name]()
    started = time.perf_counter()
    got = extractor.text("bomb.docx", "", bomb)
    assert time.perf_counter() - started < 10
    assert len(got.text) <= MAX_TEXT
    assert "root:" not in got.text
    assert extractor.text("a.txt", "", b"next").text == "next"


def test_a_file_that_takes_too_long_is_given_up() -> None:
    # Pages that each draw the same long text: pypdf walks over it again and again.
    with Extractor(cpu_seconds=1, wall_seconds=10) as extractor:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        slow = extractor.text("slow.pdf", "", slow_pdf())
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3
        assert slow.outcome in ("too-much", "read")
        assert extractor.text("a.txt", "", b"next").text == "next"


def test_a_child_that_hangs_is_killed() -> None:
    with Extractor(wall_seconds=0.2) as extractor:
        assert extractor.text("slow.pdf", "", slow_pdf()).outcome == "too-much"
    with Extractor() as extractor:
        assert extractor.text("a.txt", "", b"next").text == "next"


def slow_pdf() -> bytes:
    """One page whose content is two million operators."""
    content = b"BT /F1 9 Tf " + b"(a) Tj 1 0 Td " * 400_000 + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj" % number + one + b"endobj\n"
    start = len(made)
    made += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    made += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    return bytes(made)
