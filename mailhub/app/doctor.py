"""The doctor: looks at all that a hub needs to live, and says what is wrong and what to do. It changes
nothing. Each check is one function; what it says stands in the table `findings` of templates/words/.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from mailhub import migrations, words
from mailhub.app.alive import ages
from mailhub.app.hub import Hub, alive_folder, dkim_key
from mailhub.app.waiting import figures
from mailhub.courier import RelayAway
from mailhub.dns import NoAnswer
from mailhub.membership import stewards
from mailhub.models import Inbound

LITTLE_SPACE = 1 << 30  # octets; what is free must also hold a large mail many times
MUCH_WAITS = 1_000
CLOCK_TOLERANCE = timedelta(minutes=1)
SILENT_AFTER = 60.0  # seconds without a sign of life
REDIS_SECONDS = 5.0

Health = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `name` is its key in the table, `value` what it is about."""

    health: Health
    name: str
    value: str = ""

    @property
    def said(self) -> str:
        """In words; where something is wrong, what to do too."""
        return str(words.table("findings")[self.name]).format(value=self.value)


def examine(hub: Hub, now: datetime) -> Iterator[Finding]:
    """What every check finds, in order. One that needs the database is left out where it is away."""
    yield from _settings(hub)
    yield from _disk(hub)
    present = list(_database(hub))
    yield from present
    if present[-1].health == "ok":
        for check in (_waiting, _stewards, _clock):
            yield from check(hub, now)
    for look in LOOKS:
        yield from look(hub)
    yield from _alive(hub, now)


def _settings(hub: Hub) -> Iterator[Finding]:
    site = urlsplit(hub.settings.site_url)
    yield Finding("ok", "domain", hub.settings.domain)
    if hub.settings.domain.endswith(".localhost"):
        yield Finding("warning", "domain-is-local", hub.settings.domain)
    if site.scheme != "https":
        yield Finding("warning", "site-not-https", hub.settings.site_url)
    if not hub.settings.tls_cert:
        yield Finding("warning", "no-starttls")


def _disk(hub: Hub) -> Iterator[Finding]:
    disks = {}
    for folder in (hub.settings.blobs_folder, hub.settings.data_dir):
        folder.mkdir(parents=True, exist_ok=True)
        disks[folder.stat().st_dev] = folder
    for folder in disks.values():
        free = shutil.disk_usage(folder).free
        told = f"{free / 1e9:.1f} GB, {folder}" if free > 1e9 else f"{free / 1e6:.0f} MB, {folder}"
        yield (
            Finding("ok", "disk", told) if free > LITTLE_SPACE else Finding("failed", "full", told)
        )


def _database(hub: Hub) -> Iterator[Finding]:
    kind = "SQLite" if hub.database.is_sqlite else "PostgreSQL"
    try:
        if migrations.is_current(hub.database):
            yield Finding("ok", "database", kind)
        else:
            yield Finding("failed", "not-migrated", kind)
    except SQLAlchemyError as error:
        yield Finding("failed", "database-away", str(getattr(error, "orig", None) or error).strip())


def _waiting(hub: Hub, now: datetime) -> Iterator[Finding]:
    with hub.database.reading() as session:
        found = figures(session, now)
    waiting = found["inbound_waiting"] + found["deliveries_waiting"]
    yield Finding("warning" if waiting > MUCH_WAITS else "ok", "waiting", f"{waiting:,}")
    if found["failed"]:
        yield Finding("warning", "given-up", f"{found['failed']:,}")


def _stewards(hub: Hub, now: datetime) -> Iterator[Finding]:
    with hub.database.reading() as session:
        named = stewards(session, hub.tools.stewards)
    yield Finding("ok", "stewards", ", ".join(named)) if named else Finding("failed", "no-stewards")


def _clock(hub: Hub, now: datetime) -> Iterator[Finding]:
    """A clock that went back, against the mail that was taken last; PostgreSQL's own too."""
    with hub.database.reading() as session:
        latest = session.scalar(select(func.max(Inbound.received_at)))
        theirs = None if hub.database.is_sqlite else session.scalar(select(func.now()))
    if latest and latest > now + CLOCK_TOLERANCE:
        yield Finding("failed", "clock-behind", latest.isoformat(timespec="seconds"))
    elif theirs and abs(theirs - now) > CLOCK_TOLERANCE:
        yield Finding("failed", "clock-differs", theirs.isoformat(timespec="seconds"))
    else:
        yield Finding("ok", "clock", now.isoformat(timespec="seconds"))


def _redis(hub: Hub) -> Iterator[Finding]:
    if not hub.settings.redis_url:
        yield Finding("ok", "no-redis")
        return
    import redis  # only where it is used

    client = redis.Redis.from_url(hub.settings.redis_url, socket_timeout=REDIS_SECONDS)
    try:
        client.ping()
        yield Finding("ok", "redis")
    except redis.RedisError as error:
        yield Finding("failed", "redis-away", str(error))
    finally:
        client.close()


def _relay(hub: Hub) -> Iterator[Finding]:
    if hub.settings.relay_url == "postbox:":
        yield Finding("warning", "postbox")
        return
    way_out = hub.courier()
    try:
        able = way_out.features()
    except RelayAway as error:
        yield Finding("failed", "relay-away", str(error))
        return
    finally:
        way_out.close()
    yield Finding("ok", "relay", "PIPELINING" if able.pipelining else "")
    if 0 < able.size < hub.settings.max_mail_bytes:
        yield Finding("warning", "relay-takes-less", f"{able.size:,}")


def _dns(hub: Hub) -> Iterator[Finding]:
    domain = hub.settings.domain
    if domain.endswith(".localhost"):
        return
    try:
        hosts = [host for _, host in sorted(hub.dns.ask(domain, "MX"))]
        yield Finding("ok", "mx", ", ".join(hosts)) if hosts else Finding("failed", "no-mx", domain)
        spf = _text(hub, domain, "v=spf1")
        yield Finding("ok", "spf", spf) if spf else Finding("failed", "no-spf", domain)
        if spf.endswith("+all"):
            yield Finding("failed", "spf-allows-all", domain)
        dmarc = _text(hub, f"_dmarc.{domain}", "v=DMARC1")
        yield Finding("ok", "dmarc", dmarc) if dmarc else Finding("warning", "no-dmarc", domain)
        yield from _dkim(hub)
    except NoAnswer as error:
        yield Finding("failed", "no-dns", str(error))


def _dkim(hub: Hub) -> Iterator[Finding]:
    key = dkim_key(hub.settings)
    if key is None:
        yield Finding("ok", "relay-signs")
        return
    published = _text(hub, key.name, "")
    if not published:
        yield Finding("failed", "no-dkim", key.name)
    elif "".join(published.split()) != "".join(key.record.split()):
        yield Finding("failed", "other-dkim", key.name)
    else:
        yield Finding("ok", "dkim", key.name)


def _text(hub: Hub, name: str, beginning: str) -> str:
    """The TXT record that begins so, "" where there is none."""
    records = (record.decode("utf-8", "replace") for record in hub.dns.ask(name, "TXT"))
    return next((text for text in records if text.lower().startswith(beginning.lower())), "")


def _alive(hub: Hub, now: datetime) -> Iterator[Finding]:
    found = ages(alive_folder(hub.settings), now)
    for role in ("worker", "scheduler"):
        seconds = found.get(role)
        if seconds is None or seconds > SILENT_AFTER:
            yield Finding("warning", "silent", role)
        else:
            yield Finding("ok", "alive", role)


LOOKS: tuple[Callable[[Hub], Iterator[Finding]], ...] = (_redis, _relay, _dns)
