"""Settings: the environment wins, and a wrong one is told by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailhub.settings import Settings, WrongSettings, read

NONE = Path("/nonexistent/mailhub.toml")


def test_defaults_need_nothing() -> None:
    settings = read({}, NONE)
    assert settings.domain == "lists.localhost"
    assert settings.relay_url == "postbox:"
    assert settings.effective_database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("listen", "site"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("10.1.2.3:8090", "http://10.1.2.3:8090"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:8080", "http://127.0.0.1:8080"),
    ],
)
def test_links_lead_to_where_the_pages_are_served(listen: str, site: str) -> None:
    assert read({"MAILHUB_HTTP_LISTEN": listen}, NONE).site_url == site
    given = {"MAILHUB_HTTP_LISTEN": listen, "MAILHUB_SITE_URL": "https://hub.example"}
    assert read(given, NONE).site_url == "https://hub.example"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    toml = tmp_path / "mailhub.toml"
    toml.write_text('domain = "from.file"\nMAILHUB_SITE_URL = "https://hub.example/"\n')
    settings = read({"MAILHUB_DOMAIN": "From.Environment."}, toml)
    assert settings.domain == "from.environment"
    assert settings.site_url == "https://hub.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAILHUB_NONSENSE", "1"),
        ("MAILHUB_DOMAIN", "two words"),
        ("MAILHUB_SITE_URL", "hub.example"),
        ("MAILHUB_SMTP_LISTEN", "8025"),
        ("MAILHUB_SMTP_LISTEN", "127.0.0.1:99999"),
        ("MAILHUB_RELAY_URL", "http://relay"),
        ("MAILHUB_DNS", "192.0.2.53"),
        ("MAILHUB_TRUSTED_PEERS", "10.0.0.0/8, mx.leeds.example"),
        ("MAILHUB_BLOBS_URL", "s3://bucket"),
        ("MAILHUB_MAX_MAIL_BYTES", "lots"),
        ("MAILHUB_MAX_MAIL_BYTES", "1"),
        ("MAILHUB_DATABASE_URL", "mysql://h/d"),
        ("MAILHUB_REDIS_URL", "http://127.0.0.1:6379"),
        ("MAILHUB_STEWARDS", "jane@leeds.example, tom"),
        ("MAILHUB_TRUSTED_PROXIES", "proxy.leeds.example"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSettings, match=name) as wrong:
        read({name: value}, NONE)
    assert "\n" not in str(wrong.value), "one thing is wrong, so one line says so"


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    toml = tmp_path / "mailhub.toml"
    toml.write_text("domain = ")
    with pytest.raises(WrongSettings, match=r"mailhub\.toml"):
        read({}, toml)


def test_settings_are_frozen_and_keep_the_secret() -> None:
    settings = Settings(secret_key="whisper")
    with pytest.raises(ValueError, match="frozen"):
        settings.domain = "other"
    assert "whisper" not in repr(settings)


def test_postgresql_means_psycopg() -> None:
    url = Settings(database_url="postgresql://u@h/d").effective_database_url
    assert url == "postgresql+psycopg://u@h/d"


def test_blobs_lie_in_the_data_dir_or_where_they_are_told() -> None:
    assert Settings(data_dir=Path("d")).blobs_folder == Path("d/blobs")
    assert Settings(blobs_url="file:///srv/the%20blobs").blobs_folder == Path("/srv/the blobs")


def test_an_international_domain_is_kept_as_headers_write_it() -> None:
    given = {"MAILHUB_DOMAIN": "Listen.Bücher.example."}
    assert read(given, NONE).domain == "listen.xn--bcher-kva.example"
