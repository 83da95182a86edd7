"""The hub, put together from its settings: what every command and every process starts from."""

from __future__ import annotations

import os
import random
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import mailhub
from digests import merging
from digests.compose import Composer
from mailhub import words
from mailhub.addresses import Tokens, fold
from mailhub.app.digesting import ANSWERS, OF_PLATFORM
from mailhub.app.tools import TOOLS
from mailhub.blobs import Blobs
from mailhub.compose.own import Templates
from mailhub.courier import Courier, courier
from mailhub.database import Database
from mailhub.dispatch import Dispatch
from mailhub.dns import Dns
from mailhub.feeds import Rounds
from mailhub.feeds.fetching import Web
from mailhub.feeds.reach import Reach
from mailhub.logbook import Logbook
from mailhub.process import Tools
from mailhub.proof import Prover
from mailhub.settings import Settings, listed
from mailhub.signing import BadKey, Key, Signer, keys
from mailhub.site import Site


def clock() -> datetime:
    """Now, in UTC; handed to whatever needs the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Hub:
    """Everything that is made once per process."""

    settings: Settings
    database: Database
    tools: Tools
    dns: Dns

    def courier(self) -> Courier:
        """The way out that the settings name."""
        return courier(
            self.settings.relay_url,
            name=self.settings.domain,
            postbox=postbox_folder(self.settings),
            clock=time.monotonic,
            now=clock,
        )

    def dispatch(self, way_out: Courier) -> Dispatch:
        """What sends the outbox's mail, under an owner's name that no other process has."""
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        return Dispatch(
            self.database,
            way_out,
            self.tools.site,
            self.tools.templates,
            logbook=Logbook(owners_folder(self.settings), owner),
            clock=clock,
            dice=random.Random(),
            signer=self.signer(),
            digests=Composer(self.tools.site).octets,
        )

    def signer(self) -> Signer | None:
        """What signs our mail; None where the relay does. WrongKey where its key cannot be used."""
        key = dkim_key(self.settings)
        return Signer(key, threads=os.cpu_count() or 1) if key else None


def put_together(settings: Settings) -> Hub:
    """The hub of these settings; the data dir and the secret key are made where they are missing."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # all mail lies there
    database = Database(settings.effective_database_url)
    dns = Dns(settings.dns, clock=time.monotonic)
    tools = Tools(
        database=database,
        blobs=Blobs(settings.blobs_folder),
        site=Site(settings.domain, settings.site_url, Tokens(secret(settings)), settings.timezone),
        templates=Templates(words.templates_folder()),
        prover=Prover(
            dns,
            clock=time.monotonic,
            authservs=listed(settings.trusted_authserv),
            peers=settings.trusted_networks,
        ),
        stewards=tuple(fold(a) for a in settings.stewards.split(",") if a.strip()),
        seals=bool(settings.dkim_selector),
        answers=ANSWERS,
        of_platform=OF_PLATFORM,
        rounds=Rounds(_web(settings, dns), clock),
        of_communities=TOOLS,
        merged=(merging.merged, *(tool.merged for tool in TOOLS if tool.merged)),
    )
    return Hub(settings, database, tools, dns)


def _web(settings: Settings, dns: Dns) -> Web:
    """The way to strangers' servers."""
    return Web(
        Reach(dns.ask, settings.feed_ranges),
        clock=time.monotonic,
        now=clock,
        agent=f"mailhub/{mailhub.__version__} (+{settings.site_url})",
    )


def postbox_folder(settings: Settings) -> Path:
    """Where the local mailboxes lie."""
    return settings.data_dir / "postbox"


def owners_folder(settings: Settings) -> Path:
    """Where the logbooks of the processes that send lie."""
    return settings.data_dir / "owners"


def alive_folder(settings: Settings) -> Path:
    """Where workers and schedulers give their signs of life."""
    return settings.data_dir / "alive"


class WrongKey(Exception):
    """The file of a key cannot be used; the text says which and why."""


def secret(settings: Settings) -> bytes:
    """The key that signs tokens: the setting's, else one made on first start and kept, 0600."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    return _kept(settings.data_dir / "secret.key", lambda: secrets.token_hex(32).encode())


def dkim_key(settings: Settings) -> Key | None:
    """The key that signs mail, made on first use and kept, 0600; None where no selector is set. Each
    selector has a file of its own. WrongKey where that cannot be used."""
    if not settings.dkim_selector:
        return None
    path = settings.data_dir / "dkim" / f"{settings.dkim_selector}.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return Key.read(_kept(path, keys.made), settings.domain, settings.dkim_selector)
    except BadKey as error:
        raise WrongKey(f"{path}: {error}") from None


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The octets of a file, which is made where it is not there."""
    if not path.exists():
        # Written aside and linked: of several processes that start at once the first one's stays, and
        # none reads half a key.
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_bytes()
