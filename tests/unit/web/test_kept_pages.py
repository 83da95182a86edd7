"""A page is made once and given again until something is committed; asked for again, it is not sent."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from mailhub.models import Community, Post, PostBody
from tests.seed import Seeded
from tests.web import Site, site_over
from web_archive.kept import Kept

ADDRESSES = ("/", "/c/policy/", "/c/policy/threads/1", "/search?q=plan", "/c/policy/atom.xml")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_has_not_changed_is_not_sent_again(site: Site, address: str) -> None:
    first = site.client.get(address)
    again = site.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Security-Policy" in again.headers
    assert "Content-Type" not in again.headers
    other = site.client.get(address, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_a_page_is_packed_for_whoever_takes_that(site: Site) -> None:
    address, takes = "/c/policy/threads/1", {"Accept-Encoding": "br, gzip;q=0.9"}
    plain = site.client.get(address)
    for _ in range(2):
        packed = site.client.get(address, headers=takes)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
    # The marks of the two are apart, and each is known again.
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = site.client.get(address, headers=takes | {"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in again.headers
    for refused in ("gzip;q=0", "gzip; q=0.0", "identity", "xgzip"):
        answer = site.client.get(address, headers={"Accept-Encoding": refused})
        assert answer.data == plain.data
    # What somebody sees who is signed in is never packed: it may be next to what a stranger made it show.
    cookie = site.client.get(address, headers=takes | {"Cookie": "session=x"})
    assert "Content-Encoding" not in cookie.headers


def test_a_change_is_seen_at_once(own_site: Site) -> None:
    for name in ("Policy", "Strategy", "Policy again"):
        with own_site.database.writing() as session:
            session.get_one(Community, 1).name = name
        for _ in range(2):
            assert f"<h1>{name}</h1>" in own_site.page("/c/policy/")


def test_a_community_that_was_closed_is_closed_at_once(own_site: Site) -> None:
    addresses = ("/c/policy/threads/1", "/c/policy/atom.xml", "/search?q=determined")
    etags = [own_site.client.get(address).headers["ETag"] for address in addresses]
    with own_site.database.writing() as session:
        session.get_one(Community, 1).visibility = "secret"
    for address, etag in zip(addresses, etags, strict=True):
        answer = own_site.client.get(address, headers={"If-None-Match": etag})
        assert answer.status_code in (200, 404)
        assert "Planning indicator" not in answer.text
        assert "Good morning" not in answer.text


@pytest.mark.parametrize(("length", "made"), [(10, 1), (10_000, 2)])
def test_a_page_under_an_endless_address_is_not_kept(
    own_site: Site, length: int, made: int
) -> None:
    """Small pages under large addresses would take a hundred times the room that there is for them."""
    asked: list[str] = []

    @event.listens_for(own_site.database.engine, "checkout")
    def note(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(asked.append)

    for _ in range(2):
        assert own_site.page(f"/c/policy/atom.xml?{'x' * length}")
    assert sum("FROM community" in one for one in asked) == made


def test_two_questions_are_two_pages(site: Site) -> None:
    assert site.page("/search?q=plan") != site.page("/search?q=damp")
    assert "Damp after" in site.page("/search?q=damp")


def test_who_sends_a_cookie_gets_nothing_that_is_kept(site: Site) -> None:
    site.page("/")
    answer = site.client.get("/", headers={"Cookie": "session=x"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_head_answers_like_get_without_the_page(site: Site) -> None:
    answer = site.client.head("/c/policy/threads/1")
    assert (answer.status_code, answer.data) == (200, b"")


def test_pages_that_are_not_there_are_not_kept(own_site: Site) -> None:
    address = "/c/policy/m/later@x"
    assert own_site.client.get(address).status_code == 404
    with own_site.database.writing() as session:
        session.get_one(Post, 1).message_id = "later@x"
    assert "Good morning" in own_site.page(address)


def test_a_rendered_post_is_not_kept_beyond_its_words(own_site: Site) -> None:
    # Posts are kept one by one too; should their words ever be made anew, the page must follow.
    assert "question on the planning" in own_site.page("/c/policy/threads/1")
    with own_site.database.writing() as session:
        session.get_one(PostBody, 1).text = "Taken back."
        session.get_one(PostBody, 1).new_text = "Taken back."
    assert "question on the planning" not in own_site.page("/c/policy/threads/1")


def test_what_is_kept_is_bounded_and_the_least_used_goes_first() -> None:
    kept: Kept[str] = Kept(100, len)
    for number in range(10):
        kept.put(number, str(number) * 20)
        kept.get(0)
    assert kept.get(0) == "0" * 20
    assert kept.get(9) == "9" * 20
    assert [number for number in range(10) if kept.get(number)] == [0, 6, 7, 8, 9]
    kept.put("large", "x" * 26)
    assert kept.get("large") is None
    kept.put(0, "again")
    assert kept.get(0) == "again"


@pytest.mark.parametrize(
    "address",
    [
        *ADDRESSES,
        "/c/policy/threads/",
        "/c/policy/m/20261103090501.GA1234@leeds.example",
        "/c/policy/library/",
        "/c/policy/library/1",
        "/c/policy/search?q=question",
    ],
)
def test_no_page_asks_the_database_for_each_of_its_rows(
    seed: tuple[Path, Seeded], address: str
) -> None:
    """However many rows it shows, and though nothing is kept yet."""
    with site_over(*seed, relay_url="smtp://127.0.0.1") as fresh:
        asked: list[str] = []

        def note(connection: sqlite3.Connection, *_: object) -> None:
            connection.set_trace_callback(asked.append)

        event.listen(fresh.database.engine, "checkout", note)
        fresh.page(address)
        # What the index of words asks of itself is not counted.
        ours = [one for one in asked if one[:6] == "SELECT" and "'main'." not in one]
        assert 1 <= len(ours) <= 7, ours
