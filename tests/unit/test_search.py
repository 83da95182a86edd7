"""One index over everything: the same answers from SQLite and PostgreSQL."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.database import Database
from mailhub.models import Community, Membership, Person
from mailhub.search.terms import Term, terms
from mailhub.sight import STRANGER, Viewer

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        for slug, visibility in (("policy", "open"), ("audit", "closed"), ("raid", "secret")):
            session.add(
                Community(slug=slug, name=slug.title(), visibility=visibility, created_at=NOW)
            )
        session.flush()
        yield session


def community(session: Session, slug: str) -> Community:
    return session.query(Community).filter_by(slug=slug).one()


def post(
    session: Session,
    number: int,
    title: str,
    words: str = "",
    at: datetime = NOW,
    slug: str = "policy",
) -> None:
    search.put(session, "post", number, community(session, slug).id, title, words, at)


def found(session: Session, query: str, viewer: Viewer = STRANGER) -> list[int]:
    return [hit.object_id for hit in search.find(session, viewer, query).hits]


WORDS = """Dear all, does anybody measure re-use of waste? We tried Best Value indicators for
    Caerphilly’s café (see http://example.org/policy/performance.html), and Jane's e-mail to
    jane.doe@example.org says 12,5% – “running costs” fell in État 2026. ŵyn CO2 don't_stop"""


WRITTEN = (
    "waste",
    "WASTE measuring",
    "indicator",
    "caerphilly",
    "cafe",
    "café",
    "CAFÉ",
    "cafe\u0301",
    "policy/performance",
    "performance",
    "jane.doe@example.org",
    "doe",
    "12,5",
    "12",
    '"running cost"',
    "“best value”",
    '"best value',
    "etat 2026",
    "wyn",
    "co2",
    "re-use",
    "indic*",
    "don't",
    "stop",
    "does anybody",
    "the -- & | ! (waste) :*",
)


def test_a_word_is_found_however_it_is_written(session: Session) -> None:
    post(session, 1, "Recycling", WORDS + " the")
    assert [query for query in WRITTEN if found(session, query) != [1]] == []


def test_no_mark_between_two_words_makes_them_one(session: Session) -> None:
    marks = string.punctuation + "\u00a0\u00b7«»‐‑–—‘’“”„•…\t\r\n"
    for number, mark in enumerate(marks):
        post(
            session, number, "Marks", f"x{number} alpha{mark}beta 12{mark}34 www{mark}org/a{mark}b"
        )
    for words in ("alpha", "beta", '"alpha beta"', "12", "34", "www", "org", '"org a b"'):
        hits = {found(session, f"x{number} {words}") == [number] for number in range(len(marks))}
        assert hits == {True}, words


def test_what_is_not_there_is_not_found(session: Session) -> None:
    post(session, 1, "Recycling", WORDS)
    absent = ("value best indicators zebra", '"value best"', "wast*e", "was", "di*", "words:waste")
    assert [query for query in absent if found(session, query)] == []


def test_an_empty_query_finds_nothing(session: Session) -> None:
    post(session, 1, "Recycling", WORDS)
    for query in ("", " ", '"', '""', "***", "-", "\x00", "…", "_", "()"):
        assert search.find(session, STRANGER, query) == search.Found()


def test_no_query_is_an_error(database: Database) -> None:
    with database.reading() as session:

        @settings(max_examples=300, deadline=None)
        @given(st.text() | st.text(alphabet="ab\"'*():^-+&|!<>\\{}~ \0\x02éß٣ǅİ", max_size=40))
        def try_it(query: str) -> None:
            assert search.find(session, STRANGER, query).total == 0

        try_it()


def test_terms_are_bounded() -> None:
    assert sum(len(term.words) for term in terms("a.b " * 1_000)) <= 16
    assert terms('x "best value" indic* ab* a/b') == (
        Term(("x",)),
        Term(("best", "value")),
        Term(("indic",), prefix=True),
        Term(("ab",)),
        Term(("a", "b")),
    )


def test_a_word_in_the_title_weighs_more(session: Session) -> None:
    post(session, 1, "Minutes", "planning " + "of many other things " * 5, NOW)
    post(session, 2, "Planning", "of many other things " * 5, NOW - timedelta(days=9))
    post(session, 3, "Minutes", "of many other things " * 5, NOW)
    assert found(session, "planning") == [2, 1]


def test_the_words_around_are_shown_with_the_found_ones_marked(session: Session) -> None:
    words = "filler " * 50 + "we measured <b>waste</b> by\nthe ton" + " filler" * 50
    post(session, 1, "Recycling", words)
    (hit,) = search.find(session, STRANGER, "wastes").hits
    assert [piece.text for piece in hit.snippet if piece.found] == ["waste"]
    whole = "".join(piece.text for piece in hit.snippet)
    assert "measured <b>waste</b> by the ton" in whole
    assert len(whole) < 400
    assert (hit.kind, hit.community, hit.title, hit.at) == ("post", "policy", "Recycling", NOW)


def test_nobody_finds_what_they_may_not_read(session: Session) -> None:
    for number, slug in enumerate(("policy", "audit", "raid"), 1):
        post(session, number, "Budget", "the cuts", slug=slug)
    jane, tom = Person(name="Jane", created_at=NOW), Person(name="Tom", created_at=NOW)
    session.add_all([jane, tom])
    session.flush()
    for slug in ("audit", "raid"):
        session.add(
            Membership(community_id=community(session, slug).id, person_id=jane.id, since=NOW)
        )
    session.flush()

    assert search.find(session, STRANGER, "cuts").total == 1
    assert found(session, "cuts") == [1]
    assert sorted(found(session, "cuts", Viewer(jane.id))) == [1, 2, 3]
    assert found(session, "cuts", Viewer(tom.id)) == [1]
    raid = community(session, "raid")
    assert search.find(session, STRANGER, "cuts", raid) == search.Found()
    assert search.find(session, Viewer(jane.id), "cuts", raid).total == 1


def test_a_search_can_be_of_one_community_and_one_kind(session: Session) -> None:
    post(session, 1, "Budget")
    policy = community(session, "policy")
    search.put(session, "document", 1, policy.id, "Budget.pdf", "", NOW)
    other = Community(slug="other", name="Other", created_at=NOW)
    session.add(other)
    session.flush()
    search.put(session, "post", 2, other.id, "Budget", "", NOW)

    assert search.find(session, STRANGER, "budget").total == 3
    assert search.find(session, STRANGER, "budget", policy).total == 2
    (hit,) = search.find(session, STRANGER, "budget", policy, "document").hits
    assert (hit.kind, hit.title) == ("document", "Budget.pdf")
    assert search.find(session, STRANGER, "c1").total == 0
    assert search.find(session, STRANGER, "kpost").total == 0


def test_what_is_put_again_or_dropped_is_found_no_more_by_its_old_words(session: Session) -> None:
    post(session, 1, "Recycling", "waste")
    post(session, 1, "Recycling", "glass", NOW + timedelta(days=1))
    assert found(session, "waste") == []
    assert found(session, "glass") == [1]
    search.drop(session, "post", 1)
    search.drop(session, "post", 1)
    assert found(session, "glass") == []


def test_many_things_of_one_second_find_their_place(session: Session) -> None:
    policy = community(session, "policy").id
    for number in range(1, 9):
        for kind in ("post", "document", "event"):
            search.put(session, kind, number, policy, "Budget", "", NOW)
            search.put(session, kind, number + (1 << 20), policy, "Budget", "", NOW)
    assert search.find(session, STRANGER, "budget").total == 8 * 6


def test_past_2000_hits_the_newest_come_first(session: Session) -> None:
    # Put in any order, as an import does, and of any age.
    for number in range(2_005):
        day = number * 7 % 2_005
        post(session, number, "Weekly bulletin", "the bulletin", NOW - timedelta(days=day))
    page = search.find(session, STRANGER, "bulletin", limit=3, offset=1)
    assert (page.total, page.more) == (2_000, True)
    assert [hit.at for hit in page.hits] == [NOW - timedelta(days=n) for n in (1, 2, 3)]
    assert search.find(session, STRANGER, "bulletin", offset=1_990).hits[9:] != ()
    assert search.find(session, STRANGER, "bulletin", offset=2_000).hits == ()

    for number in range(5):
        search.drop(session, "post", number)
    page = search.find(session, STRANGER, "bulletin", limit=3)
    assert (page.total, page.more) == (2_000, False)


def test_every_page_together_is_everything_once(session: Session) -> None:
    for number in range(50):
        post(session, number, "Bulletin", "the bulletin " * (number % 5 + 1))
    pages = [search.find(session, STRANGER, "bulletin", limit=7, offset=n) for n in range(0, 56, 7)]
    seen = [hit.object_id for page in pages for hit in page.hits]
    assert sorted(seen) == list(range(50))


@pytest.mark.parametrize(
    "words",
    [
        " ".join(chr(0x20000 + n) for n in range(40_000)) * 4,
        " ".join(f"word{n}" for n in range(400_000)),
        "all the same " * 100_000,
        "x" * 3_000_000,
        "nul \x00 and \x02 marks \x03 and \ud800 surrogates " * 10,
    ],
    ids=["signs", "different", "same", "one-word", "nul"],
)
def test_no_words_are_too_many(session: Session, words: str) -> None:
    post(session, 1, "Long " + "title " * 10_000, words)
    assert found(session, "long") == [1]


def test_a_long_document_is_found_by_its_last_page(session: Session) -> None:
    pages = "\n".join(f"page {n} says some more about housing and waste" * 30 for n in range(500))
    post(session, 1, "Report", pages + " zebra")
    assert found(session, "zebra") == [1]


def test_an_entry_of_long_ago_and_of_far_ahead_is_kept(session: Session) -> None:
    for number, year in enumerate((1950, 1970, 2026, 9_999)):
        post(session, number, "Moment", at=datetime(year, 1, 1, tzinfo=UTC))
    assert sorted(found(session, "moment")) == [0, 1, 2, 3]
