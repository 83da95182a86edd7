"""The pages over a small seeded hub: what they show, and to whom they show nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.settings import Settings
from tests.seed import sow
from web_archive import links
from web_archive.app import create_app


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the pages over the seeded hub."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("hub"), domain="lists.example.org")
    database = Database(settings.effective_database_url)
    upgrade(database)
    with database.writing() as session:
        sow(session, Blobs(settings.data_dir / "blobs"))
    yield create_app(settings, database, b"secret").test_client()
    database.close()


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.text


def test_home_lists_the_open_communities_and_names_the_closed_ones(browser: FlaskClient) -> None:
    html = page(browser, "/")
    assert "Policy and Performance" in html
    assert "Chief Executives" in html
    assert "Frank talk" not in html
    assert "Inquiry Support" not in html
    assert "Budget gap" not in html


def test_a_thread_stands_whole_on_one_page_with_answers_below_what_they_answer(
    browser: FlaskClient,
) -> None:
    html = page(browser, "/c/policy/threads/1")
    assert html.count('<article class="post-body">') == 7
    assert [f"depth-{n}" in html for n in range(5)] == [True] * 5
    # Priya answers Siân, who wrote before Martin: she stands between the two.
    order = [html.index(words) for words in ("Thank you both", "on the agenda", "Same here")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    "message_id",
    ["20261103090501.GA1234@leeds.example", "AM0PR04MB1234/5678%20A1@eurprd04.prod.example"],
)
def test_a_post_has_a_lasting_address_by_its_message_id(
    browser: FlaskClient, message_id: str
) -> None:
    html = page(browser, links.post("policy", message_id))
    assert html.count('<article class="post-body">') == 1
    assert "In this discussion" in html


@pytest.mark.parametrize("where", ["", "threads/", "threads/1", "m/x@y", "library/", "library/1"])
def test_a_secret_community_answers_like_one_that_is_not_there(
    browser: FlaskClient, where: str
) -> None:
    secret = browser.get(f"/c/inquiry/{where}")
    unknown = browser.get(f"/c/nowhere/{where}")
    assert (secret.status_code, secret.data) == (404, unknown.data)


@pytest.mark.parametrize("where", ["threads/", "threads/31", "m/x@y", "library/", "library/3"])
def test_a_closed_community_shows_its_name_alone(browser: FlaskClient, where: str) -> None:
    answer = browser.get(f"/c/chief-execs/{where}")
    assert answer.status_code == 403
    assert "Chief Executives" in answer.text
    assert "Budget" not in answer.text


def test_a_thread_is_not_found_by_way_of_another_community(browser: FlaskClient) -> None:
    assert browser.get("/c/climate/threads/1").status_code == 404
    assert (
        browser.get(links.post("climate", "20261103090501.GA1234@leeds.example")).status_code == 404
    )


def test_no_page_shows_an_address_of_a_person(browser: FlaskClient) -> None:
    for address in ("/", "/c/policy/", "/c/policy/threads/", "/c/policy/threads/1"):
        html = page(browser, address)
        for domain in ("leeds.example", "devon.example", "wakefield.example"):
            words = html.replace("/m/", "\0").split("\0")  # an id in a link is no address
            assert f"@{domain}" not in words[0], address
            assert not any(f"@{domain}" in part.partition('"')[2] for part in words[1:]), address


def test_older_discussions_are_reached_page_by_page(browser: FlaskClient) -> None:
    first = page(browser, "/c/policy/threads/?before=")
    assert "Older discussions" not in first or "?before=" in first
    with_cursor = page(browser, "/c/policy/threads/?before=1793696700000000-2")
    assert "Latest" in with_cursor


@pytest.mark.parametrize("address", ["/?page=x", "/?page=0", "/c/policy/threads/999999", "/x"])
def test_what_is_not_there_is_a_page_that_helps(browser: FlaskClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "nothing at this address" in answer.text


def test_every_answer_carries_the_security_headers(browser: FlaskClient) -> None:
    for address in ("/", "/nothing", "/healthz", "/c/chief-execs/threads/"):
        headers = browser.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
        assert "Strict-Transport-Security" not in headers
