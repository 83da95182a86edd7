"""One frozen Settings, read once at the top and passed in.

Settings come from environment variables `MAILHUB_…` and from `mailhub.toml` in the working
directory (the same names, with or without the prefix, in any case); the environment wins. An unknown
or wrong setting raises `WrongSettings`, whose text names it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "MAILHUB_"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,9}}")  # RFC 6376 3.1
NO_SETTINGS = frozenset({"corpora"})  # of the tests: where real mail lies


class WrongSettings(Exception):
    """A setting is unknown or cannot be used; the text says which and why, a line each."""


class Settings(BaseSettings):
    """Everything an operator can set; see docs/operators.md for the meaning of each."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("var")
    domain: str = "lists.localhost"
    trusted_proxies: str = ""
    database_url: str = ""
    redis_url: str = ""
    smtp_listen: str = "127.0.0.1:8025"
    lmtp_listen: str = ""
    http_listen: str = "127.0.0.1:8080"
    site_url: str = Field(default_factory=lambda given: _site_of(given.get("http_listen", "")))
    relay_url: str = "postbox:"
    secret_key: SecretStr = SecretStr("")
    tls_cert: Path | None = None
    tls_key: Path | None = None
    dns: str = ""
    trusted_authserv: str = ""
    trusted_peers: str = ""
    dkim_selector: str = ""
    blobs_url: str = ""
    stewards: str = ""
    timezone: str = "Europe/London"
    feed_networks: str = ""
    max_mail_bytes: int = Field(default=26_214_400, ge=1_024)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`read` gathers the sources itself, so that an unknown name in any of them is an error."""
        return (init_settings,)

    @field_validator("domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        value = value.strip().rstrip(".").lower()
        if not value or any(c.isspace() or c in "@/\\" for c in value):
            raise ValueError("is not a domain name")
        try:  # what stands in headers and envelopes of ours is ASCII
            return value if value.isascii() else value.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError("is not a domain name") from None

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not a time zone such as Europe/London") from None
        return value

    @field_validator("trusted_peers", "feed_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in listed(value):
            ip_network(one, strict=False)  # ValueError
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must be postgresql://user:password@host/name, or empty for SQLite")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must be redis://host:port/0")
        return value

    @field_validator("stewards")
    @classmethod
    def _stewards(cls, value: str) -> str:
        for one in listed(value):
            local, at, domain = one.partition("@")
            if not (local and at and domain) or "@" in domain or " " in one:
                raise ValueError(f"{one} is not a mail address")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        for one in listed(value):
            ip_address(one)  # ValueError
        return value

    @field_validator("site_url")
    @classmethod
    def _site_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("smtp_listen", "lmtp_listen", "http_listen", "dns")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        if value:
            host_and_port(value)
        return value

    @field_validator("dkim_selector")
    @classmethod
    def _selector(cls, value: str) -> str:
        value = value.strip().lower()
        if value and not (len(value) <= 100 and _SELECTOR.fullmatch(value)):
            raise ValueError(
                "must be a name for DNS, of letters, digits and hyphens, such as 2026a"
            )
        return value

    @field_validator("relay_url")
    @classmethod
    def _relay(cls, value: str) -> str:
        if value.split(":", 1)[0] not in {"postbox", "smtp", "smtps", "lmtp"}:
            raise ValueError("must be postbox:, smtp://…, smtps://… or lmtp://…")
        return value

    @field_validator("blobs_url")
    @classmethod
    def _blobs(cls, value: str) -> str:
        if value and not value.startswith("file:///"):
            raise ValueError("must be file:///…, a folder that all of the hub's machines share")
        return value

    @property
    def blobs_folder(self) -> Path:
        """Where the bytes of documents lie."""
        if self.blobs_url:
            return Path(unquote(self.blobs_url.removeprefix("file://")))
        return self.data_dir / "blobs"

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where mail comes from that another server of the operator's took."""
        return tuple(ip_network(one, strict=False) for one in listed(self.trusted_peers))

    @property
    def feed_ranges(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks inside from which feeds may be fetched too, at any port."""
        return tuple(ip_network(one, strict=False) for one in listed(self.feed_networks))

    @property
    def effective_database_url(self) -> str:
        """The database as SQLAlchemy names it; SQLite in the data dir unless one is set."""
        url = self.database_url or f"sqlite:///{self.data_dir.absolute() / 'mailhub.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)


def listed(value: str) -> tuple[str, ...]:
    """What stands in a setting, comma apart."""
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _site_of(http_listen: str) -> str:
    """Where the pages are reached as long as no web server is in front: where they are served."""
    host, _, port = http_listen.rpartition(":")
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '[::]', '') else host}:{port}"


def host_and_port(value: str) -> tuple[str, int]:
    """`127.0.0.1:8025` or `[::1]:8025` as (host, port); ValueError where it is neither."""
    host, colon, port = value.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be host:port")
    return host.strip("[]"), int(port)


def read(
    environment: Mapping[str, str] | None = None, toml: Path = Path("mailhub.toml")
) -> Settings:
    """The settings of this process; WrongSettings names every one that is unknown or wrong."""
    given: dict[str, Any] = {}
    if toml.exists():
        try:
            given |= {_bare(k): v for k, v in tomllib.loads(toml.read_text()).items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongSettings(f"{toml}: {error}") from error
    env = os.environ if environment is None else environment
    given |= {_bare(k): v for k, v in env.items() if k.startswith(PREFIX)}
    given = {name: value for name, value in given.items() if name not in NO_SETTINGS}
    try:
        return Settings(**given)
    except ValidationError as error:
        # What is made of a setting that is wrong could not be made: of that there is nothing to say.
        wrong = [one for one in error.errors() if one["type"] != "default_factory_not_called"]
        raise WrongSettings("\n".join(map(_in_words, wrong))) from None


def _bare(name: str) -> str:
    return name.lower().removeprefix(PREFIX.lower())


def _in_words(error: Any) -> str:
    name = PREFIX + "_".join(str(part) for part in error["loc"]).upper()
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"
