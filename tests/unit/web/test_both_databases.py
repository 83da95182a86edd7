"""The pages are the same over SQLite and PostgreSQL, and as fresh."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest

from mailhub.models import Community, Post
from tests.unit.web.browsing import Browser
from tests.unit.web.test_closed_pages import MORE_PATHS
from tests.unit.web.test_pages import PAGES
from tests.web import SeededHub, Site, site_over
from web_archive.stamps import Stamps


@pytest.fixture
def either_site(own_seed: SeededHub) -> Iterator[Site]:
    url = own_seed.database_url
    with site_over(own_seed.folder, own_seed.seeded, database_url=url) as site:
        yield site


def test_pages_and_their_limits(either_site: Site) -> None:
    for address in PAGES:
        first = either_site.client.get(address)
        assert first.status_code == 200
        again = either_site.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
    for where in MORE_PATHS:
        assert either_site.client.get(f"/c/inquiry/{where}").status_code == 404
    found = either_site.page("/search?q=indic*&by=JANE&titles=1")
    assert "Jane Doe</span>" in found
    assert "Tom Okafor</span>" not in found
    assert "Policy and" in either_site.page("/?about=indicators+PERFORMANCE&order=name")
    assert "No community has all" in either_site.page("/?about=100%25_")
    closed = either_site.page("/search?q=budget")
    assert "Nothing here has" in closed
    # What the address holds never reaches the database as a number or a text that it cannot take.
    for odd in (
        "/c/policy/threads/999999999",
        "/c/policy/m/%00",
        "/c/policy/m/%ED%A0%80",
        "/c/%00/",
    ):
        assert either_site.client.get(odd).status_code in (404, 403)
    for odd in (
        "/search?q=%00",
        "/?about=%00%ED%A0%80plan&order=name",
        "/search?q=%ED%A0%80",
        "/search?q=plan&by=%00%ED%A0%80",
        "/c/policy/threads/?before=99999999999999999-1",
    ):
        assert either_site.client.get(odd).status_code in (200, 400)


def test_what_is_typed_has_no_signs_that_a_database_does_not_take(either_site: Site) -> None:
    jane, strange = Browser(either_site, "jane.doe@leeds.example"), "Ja\0ne\u202e \x1b\r\nBcc: x"
    jane.signs_in()
    asked: tuple[dict[str, str], ...] = (
        {"verb": "about", "key": "name"},
        {"verb": "pause", "community": "policy"},
        {"verb": "leave", "community": strange},
        {"verb": "use-address", "community": "policy"},
        {"verb": "add-address"},
        {"verb": "remove-address"},
        {"verb": "digests", "zone": strange, "language": strange, "digest_day": strange},
        {"verb": strange, "community": "policy"},
    )
    for fields in asked:
        form = {"community": "", "argument": strange, **fields}
        answer = jane.posts("/me/", "/me/", **form)
        assert answer.status_code in (303, 403), fields
    assert "<h1>Jane Bcc: x</h1>" in jane.get("/me/").text
    assert (
        jane.posts("/signin", "/signin", address=f"jane{strange}@leeds.example").status_code == 400
    )


def test_a_commit_is_seen_at_once_and_a_rollback_changes_nothing(either_site: Site) -> None:
    stamps = Stamps(either_site.database)
    before = stamps()
    assert stamps() == before
    assert "Policy and Performance" in either_site.page("/c/policy/")
    with either_site.database.writing() as session:
        session.get_one(Community, 1).name = "Never"
        session.flush()
        assert "Policy and Performance" in either_site.page("/c/policy/")
        session.rollback()
    assert "Policy and Performance" in either_site.page("/c/policy/")
    with either_site.database.writing() as session:
        session.get_one(Community, 1).name = "Strategy"
    assert "Strategy" in either_site.page("/c/policy/")
    assert stamps() != before


def test_pages_asked_for_while_posts_come_are_never_older_than_an_answer(either_site: Site) -> None:
    wrong: list[str] = []
    done = False

    def ask() -> None:
        while not done:
            either_site.page("/c/policy/threads/1")

    askers = [Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(40):
        with either_site.database.writing() as session:
            session.get_one(Post, 1).author_name = f"Author {number}"
        if f"Author {number} " not in either_site.page("/c/policy/threads/1"):
            wrong.append(f"Author {number}")
    done = True
    for asker in askers:
        asker.join()
    assert wrong == []
