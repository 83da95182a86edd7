"""What people ask of the library by mail, and what they get."""

from __future__ import annotations

from mailhub import library
from mailhub.addresses import Tokens
from mailhub.compose.own import Templates
from mailhub.library import Answer
from mailhub.library.commands import GetDocument, ListDocuments
from mailhub.models import Membership, Person
from mailhub.sight import STRANGER, Viewer
from mailhub.site import Site
from mailhub.words import templates_folder
from tests.unit.librarian import NOW, Library, pdf


def test_what_is_to_be_got() -> None:
    assert library.understand("doc 12") == GetDocument(12)
    assert library.understand("doc 12 version 2") == GetDocument(12, 2)
    assert library.understand("docs") == ListDocuments()
    for what in ("", "page 12", "doc", "doc twelve", "doc 1234567890", "doc 12 version", "doc ١٢"):
        assert library.understand(what) is None


def said(lib: Library, answer: Answer, slug: str = "policy") -> str:
    site = Site("lists.example.org", "https://example.org", Tokens(b"secret"))
    community = lib.community(slug)
    subject, body = Templates(templates_folder()).render(
        answer.template,
        community=community.name,
        slug=slug,
        address=site.address(slug),
        site=site,
        name="Jane",
        subject="get doc",
        **answer.facts,
    )
    return f"{subject}\n\n{body}"


def ask(lib: Library, what: str, viewer: Viewer = STRANGER, slug: str = "policy") -> Answer:
    command = library.understand(what)
    assert command
    return library.answer(lib.session, lib.blobs, viewer, lib.community(slug), command)


def test_a_document_is_sent_with_its_story(lib: Library) -> None:
    lib.person = Person(name="Jane Doe", created_at=NOW)
    lib.session.add(lib.person)
    lib.session.flush()
    (filed,) = lib.files(("Housing strategy.pdf", "application/pdf", pdf("one")))
    lib.files(("Housing strategy.pdf", "application/pdf", pdf("two")))
    lib.files(("Housing strategy.pdf", "application/pdf", pdf("three")))
    number = filed.document_id

    newest = ask(lib, f"doc {number}")
    assert [file.content for file in newest.enclosures] == [pdf("three")]
    assert [file.filename for file in newest.enclosures] == ["Housing strategy.pdf"]
    words = said(lib, newest)
    assert words.startswith(f"Housing strategy (doc {number})\n")
    assert "It is version 3, the newest, filed on 21 November 2026 by Jane Doe." in words
    assert f"get doc {number} version 2" in words
    assert 'It came with "A paper" in Policy.' in words

    old = ask(lib, f"doc {number} version 1")
    assert [file.content for file in old.enclosures] == [pdf("one")]
    assert "It is version 1 of 3, filed" in said(lib, old)


def test_what_may_not_be_seen_and_what_is_not_there_are_one_answer(lib: Library) -> None:
    lib.community("audit").visibility = "closed"
    (secret,) = lib.files(("Cuts.pdf", "application/pdf", pdf("cuts")), slug="audit")
    missing = secret.document_id + 1
    for line in ("doc {}", "doc {} version 1"):
        closed = ask(lib, line.format(secret.document_id))
        absent = ask(lib, line.format(missing))
        assert closed.template == absent.template == "library-unknown"
        assert not closed.enclosures
        words = said(lib, closed).replace(f"c {secret.document_id}", f"c {missing}")
        assert words.replace(f"ment {secret.document_id}", f"ment {missing}") == said(lib, absent)

    jane = Person(name="Jane", created_at=NOW)
    lib.session.add(jane)
    lib.session.flush()
    audit = lib.community("audit")
    lib.session.add(Membership(community_id=audit.id, person_id=jane.id, since=NOW))
    lib.session.flush()
    # A member may ask in any community.
    assert ask(lib, f"doc {secret.document_id}", Viewer(jane.id)).enclosures
    assert ask(lib, f"doc {secret.document_id} version 9", Viewer(jane.id)).enclosures == ()
    assert ask(lib, "doc 999999999").template == "library-unknown"


def test_the_papers_are_listed_the_latest_first(lib: Library) -> None:
    assert "no papers yet" in said(lib, ask(lib, "docs"))
    for number in range(60):
        lib.files((f"Paper {number}.pdf", "application/pdf", pdf(str(number))))
    lib.files(("Paper 3.pdf", "application/pdf", pdf("again") * 1000))
    lib.files(("Other.pdf", "application/pdf", pdf("other")), slug="audit")
    words = said(lib, ask(lib, "docs"))
    assert "The 50 papers of Policy that changed last, of 60:" in words
    lines = words.splitlines()
    assert lines[4].endswith("  Paper 3")
    assert lines[5] == "        Paper 3.pdf, 14 KB"
    assert lines[6] == "        version 2, 23 November 2026"
    assert lines[8].endswith("  Paper 59")
    assert "Other" not in words
    assert "https://example.org/c/policy/library/" in words


def test_a_closed_library_looks_empty_to_a_stranger(lib: Library) -> None:
    lib.files(("Cuts.pdf", "application/pdf", pdf("cuts")), slug="audit")
    lib.community("audit").visibility = "closed"
    assert "Cuts" not in said(lib, ask(lib, "docs", slug="audit"), "audit")


def test_an_odd_media_type_goes_out_as_octets(lib: Library) -> None:
    files = [("a.eml", "message/x-odd", b"x: y"), ("b.thing", "application/x-thing", b"z")]
    for one in lib.files(*files):
        (file,) = ask(lib, f"doc {one.document_id}").enclosures
        assert file.media_type in ("application/octet-stream", "application/x-thing")
