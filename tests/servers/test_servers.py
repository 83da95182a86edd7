"""The servers that other tests stand on: fresh, apart from each other, gone after."""

from __future__ import annotations

import smtplib
from pathlib import Path
from typing import Any

import psycopg
import redis
from playwright.sync_api import Page

from mailhub.settings import Settings
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.sink import Sink, Sunk


def test_a_fresh_database_is_empty_and_a_copy_has_what_the_first_had(
    postgres_server: Postgres,
) -> None:
    first = postgres_server.fresh()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE letters AS SELECT 'ŵ' AS word")

    copy, other = postgres_server.fresh(like=first), postgres_server.fresh()

    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT word FROM letters").fetchall() == [("ŵ",)]
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('letters')").fetchall() == [(None,)]
    for url in (first, copy, other):
        postgres_server.drop(url)


def test_a_database_is_dropped_while_somebody_uses_it(postgres_server: Postgres) -> None:
    url = postgres_server.fresh()
    with psycopg.connect(url):
        postgres_server.drop(url)
    postgres_server.drop(url)


def test_each_test_finds_an_empty_redis(redis_server: Redis) -> None:
    with redis.Redis.from_url(redis_server.fresh()) as client:
        client.set("left", "behind")
    with redis.Redis.from_url(redis_server.fresh()) as client:
        assert client.get("left") is None


def test_a_pair_is_settings_that_the_hub_takes(pair: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, **pair)
    alone = not settings.redis_url
    assert settings.effective_database_url.startswith("sqlite:" if alone else "postgresql+psycopg:")


def test_the_sink_keeps_a_mail_with_its_envelope(sink: Sink) -> None:
    letter = "Subject: one\r\n\r\nX-Rcpt-Args: <no@example.org>\r\n.dot\r\n"
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("", ["jane@example.org", "tom@example.org"], letter)
        client.sendmail("policy@example.org", ["ann@example.org"], letter)

    assert sorted(sink.mails(at_least=2), key=lambda mail: mail.sender) == [
        Sunk("", ("jane@example.org", "tom@example.org"), letter.replace("\r", "").encode()),
        Sunk("policy@example.org", ("ann@example.org",), letter.replace("\r", "").encode()),
    ]


def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Policy <em>and</em> Performance</h1>")
    assert page.get_by_role("heading").inner_text() == "Policy and Performance"
    assert page.viewport_size == {"width": 1280, "height": 800}
