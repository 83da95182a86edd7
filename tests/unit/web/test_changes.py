"""What a new version of a paper changed: in words where both are texts, else in what they are; for those alone who may
read the paper."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import html5lib
import pytest
from sqlalchemy import insert, select, update

from mailhub.blobs import Blobs
from mailhub.library.tables import Document, Version
from tests.seed import START
from tests.web import Site
from web_archive import paper_words
from web_archive.current import Hub

OLD = "Dear all,\n\nThe date is that of the notice.\nAsk tom@devon.gov.example.\n"
PAPERS = Path(__file__).parents[1] / "papers"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NEW = "Dear all,\n\nThe date is that of the <b>letter</b>.\nAsk jane@leeds.gov.example.\n"


def filed(site: Site, *versions: tuple[bytes, str]) -> str:
    """A paper of these versions, each (octets, type), in the first community; its address."""
    blobs = Blobs(site.settings.blobs_folder)
    with site.database.writing() as session:
        paper = Document(
            community_id=site.seeded.communities["policy"],
            title="Guidance",
            name_key="guidance",
            family="guidance",
            created_at=START,
            changed_at=START,
            version_count=len(versions),
        )
        session.add(paper)
        session.flush()
        for number, (octets, kind) in enumerate(versions, 1):
            session.execute(
                insert(Version).values(
                    document_id=paper.id,
                    number=number,
                    filed_at=START,
                    filename="guidance.txt",
                    name_key="guidance.txt",
                    media_type=kind,
                    size=len(octets),
                    sha256=blobs.put(octets),
                    text_state="read",
                )
            )
        return f"/c/policy/library/{paper.id}"


def test_words_that_changed_are_shown_in_their_line(own_site: Site) -> None:
    paper = filed(own_site, (OLD.encode(), "text/plain"), (NEW.encode("utf-16"), "text/plain"))
    assert f'href="{paper}/changes/2"' in own_site.page(paper)
    html = own_site.page(f"{paper}/changes/2")
    html5lib.HTMLParser(strict=True).parse(html)
    assert '<del><span class="unseen">Taken out: </span>notice</del>' in html
    assert "&lt;b&gt;" in html
    assert "letter" in html
    # Addresses stay hidden, whichever side they are on.
    assert "devon.gov" not in html
    assert "leeds.gov" not in html
    assert own_site.client.get(f"{paper}/changes/1").status_code == 404
    assert own_site.client.get(f"{paper}/changes/3").status_code == 404


def said_otherwise(paper: bytes, words: str, others: str) -> bytes:
    """A Word document in which it says something else."""
    out = BytesIO()
    with ZipFile(BytesIO(paper)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(words.encode(), others.encode()))
    return out.getvalue()


def test_words_of_word_and_pdf_are_compared(own_site: Site) -> None:
    word, pdf = (PAPERS / f"strategy.{kind}" for kind in ("docx", "pdf"))
    later = said_otherwise(word.read_bytes(), "four repair", "five repair")
    paper = filed(
        own_site, (word.read_bytes(), WORD), (later, WORD), (pdf.read_bytes(), "application/pdf")
    )
    html = own_site.page(f"{paper}/changes/2")
    assert html.count("<del>") == html.count("<ins>") == 2  # the legend's are among them
    assert re.search(r"<del>.*four.*</del>.*<ins>.*five", html)
    # Of a PDF its lines flow: what stands broken over two of them is one sentence in Word.
    html = own_site.page(f"{paper}/changes/3")
    assert re.search(r"<del>.*five.*</del>.*<ins>.*four", html)
    assert "kingfisher" in html


def test_a_paper_without_words_has_no_link_to_what_changed(own_site: Site) -> None:
    paper = filed(own_site, (b"\x89PNG", "image/png"), (b"\x89PNG 2", "image/png"))
    assert f"{paper}/changes/2" in own_site.page(paper)
    with own_site.database.writing() as session:
        session.execute(update(Version).values(text_state="no-text"))
    assert f"{paper}/changes/2" not in own_site.page(paper)
    assert "cannot be set" in own_site.page(f"{paper}/changes/2")


def test_who_comes_while_others_are_read_for_long_is_told(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_words, "PATIENCE", 0.01)
    word = (PAPERS / "strategy.docx").read_bytes()
    paper = filed(own_site, (word, WORD), (said_otherwise(word, "four", "five"), WORD))
    hub: Hub = own_site.app.extensions["mailhub"]
    with hub.paper_words.reading:
        answer = own_site.client.get(f"{paper}/changes/2")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "<del>" in own_site.page(f"{paper}/changes/2")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ((b"%PDF-1.4 a", "application/pdf"), (b"%PDF-1.4 b", "application/pdf"), "cannot be set"),
        ((b"one", "text/plain"), (b"one\r\n", "text/plain"), "only blanks"),
        ((b"one", "text/plain"), (b"one", "text/plain"), "to the last octet"),
        ((b"x " * 400_000, "text/plain"), (b"y", "text/plain"), "cannot be set"),
        ((b"caf\xe9", "text/plain"), (b"caf\xc3\xa9", "text/plain"), "only blanks"),
    ],
)
def test_what_cannot_be_compared_is_said(
    own_site: Site, old: tuple[bytes, str], new: tuple[bytes, str], said: str
) -> None:
    assert said in own_site.page(f"{filed(own_site, old, new)}/changes/2")


def test_an_address_that_is_whole_only_on_one_side_is_hidden_there(own_site: Site) -> None:
    old, new = b"Write to jane@old.gov.example now", b"Write to jane@new.gov.example now"
    html = own_site.page(f"{filed(own_site, (old, 'text/plain'), (new, 'text/plain'))}/changes/2")
    assert "gov" not in html
    assert html.count("@…") == 1


def test_a_paper_whose_bytes_are_gone_and_one_that_is_closed(own_site: Site) -> None:
    paper = filed(own_site, (b"one", "text/plain"), (b"two", "text/plain"))
    with own_site.database.writing() as session:
        number = session.scalar(select(Version.id).where(Version.filename == "guidance.txt"))
        session.execute(update(Version).where(Version.id == number).values(sha256="0" * 64))
    assert "cannot be set" in own_site.page(f"{paper}/changes/2")
    moved = paper.replace("policy", "climate")
    assert own_site.client.get(f"{moved}/changes/2").status_code == 404
    closed = paper.replace("policy", "chief-execs")
    assert own_site.client.get(f"{closed}/changes/2").status_code == 403
