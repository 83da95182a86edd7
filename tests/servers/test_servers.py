"""The servers that other tests stand on: fresh, apart from each other, gone after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import redis

from mailhub.settings import Settings
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis


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
