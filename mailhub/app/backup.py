"""A backup: one tar file with the database, the blobs and the keys, made while the hub runs; and the way
back, into a hub that has nothing yet.

The database goes first, as of one moment: a blob that no row names does no harm, the other way round
does. On PostgreSQL its own programs do it, pg_dump and pg_restore. The settings are not in it: they
stand where the operator wrote them. A restore that is broken off leaves nothing but a folder aside.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import inspect, make_url

from mailhub.app.alive import ages
from mailhub.app.hub import alive_folder
from mailhub.database import Database
from mailhub.membership import Unusable
from mailhub.settings import Settings

FORMAT = 1
MANIFEST, SQLITE, DUMP = "manifest.json", "mailhub.db", "database.dump"
ALIVE = 60.0  # seconds since a sign of life
_BLOB = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{62})")
_KEY = re.compile(r"secret\.key|dkim/[A-Za-z0-9._-]{1,100}\.pem")
_CHUNK = 1 << 20


def back_up(settings: Settings, database: Database, target: Path, now: datetime) -> int:
    """Write a backup to a new file, for its owner's eyes alone; its octets. Unusable where the file is
    there already."""
    if target.exists():
        raise Unusable("backup-exists", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                _write(tar, settings, database, now)
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
    return target.stat().st_size


def _write(tar: tarfile.TarFile, settings: Settings, database: Database, now: datetime) -> None:
    kind = SQLITE if database.is_sqlite else DUMP
    manifest = json.dumps({"format": FORMAT, "database": kind, "made_at": now.isoformat()}).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(manifest)
    tar.addfile(entry, io.BytesIO(manifest))
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as name:
        copy = Path(name) / kind
        if database.is_sqlite:
            _copy_sqlite(settings, copy)
        else:
            _run(["pg_dump", "--format=custom", "--no-owner", f"--file={copy}"], settings)
        tar.add(copy, kind)
    for path in _kept(settings.data_dir, ("secret.key", "dkim/*.pem")):
        tar.add(path, str(path.relative_to(settings.data_dir)))
    for path in _kept(settings.blobs_folder, ("??/*",)):
        if _BLOB.fullmatch(member := f"blobs/{path.parent.name}/{path.name}"):
            try:
                tar.add(path, member)
            except FileNotFoundError:
                continue  # removed meanwhile: retention ended what named it


def _copy_sqlite(settings: Settings, copy: Path) -> None:
    """All pages as of one moment; in WAL mode nobody who writes waits for it."""
    source = make_url(settings.effective_database_url).database
    assert source is not None
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)


def restore(settings: Settings, database: Database, source: Path) -> None:
    """Fill a hub that has nothing yet. Unusable where it has, where it runs, or where the file is no
    whole backup of the same kind of database."""
    _check_empty(settings, database)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as name:
        aside = Path(name)
        try:
            with tarfile.open(source, mode="r:") as tar:
                kind = _unpack(tar, aside)
        except (tarfile.TarError, EOFError, ValueError, KeyError):
            raise Unusable("not-a-backup", str(source)) from None
        if (kind == SQLITE) != database.is_sqlite:
            raise Unusable("backup-of-other-database", str(source))
        for path in _kept(aside, ("blobs/*/*",)):
            _move(path, settings.blobs_folder / path.parent.name / path.name)
        for path in _kept(aside, ("secret.key", "dkim/*.pem")):
            _move(path, settings.data_dir / path.relative_to(aside))
        if database.is_sqlite:
            _move(aside / SQLITE, Path(str(make_url(settings.effective_database_url).database)))
        else:
            words = ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error"]
            _run([*words, str(aside / DUMP)], settings)


def _check_empty(settings: Settings, database: Database) -> None:
    alive = ages(alive_folder(settings), datetime.now().astimezone())
    if any(age < ALIVE for age in alive.values()):
        raise Unusable("hub-is-running", str(settings.data_dir))
    path = make_url(settings.effective_database_url).database
    there = Path(str(path)).exists() if database.is_sqlite else _has_tables(database)
    if there or next(_kept(settings.blobs_folder, ("??/*",)), None):
        raise Unusable("hub-not-empty", str(settings.data_dir))


def _has_tables(database: Database) -> bool:
    with database.engine.connect() as connection:
        return bool(inspect(connection).get_table_names())


def _unpack(tar: tarfile.TarFile, aside: Path) -> str:
    """Every file that a backup has, checked, and nothing else; which kind of database it is of."""
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > _CHUNK:
        raise _broken(tar, MANIFEST)
    manifest = json.loads(_content(tar, first).read())
    kind = str(manifest["database"])
    if manifest["format"] != FORMAT or kind not in (SQLITE, DUMP):
        raise _broken(tar, MANIFEST)
    while (entry := tar.next()) is not None:
        blob = _BLOB.fullmatch(entry.name)
        if not entry.isfile() or not (blob or entry.name == kind or _KEY.fullmatch(entry.name)):
            raise _broken(tar, entry.name)
        path = aside / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with _content(tar, entry) as content, path.open("xb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())
        if blob and _hash(path) != blob[1] + blob[2]:
            raise _broken(tar, entry.name)
        path.chmod(0o600 if _KEY.fullmatch(entry.name) else 0o644)
    if not (aside / kind).exists():
        raise _broken(tar, kind)
    return kind


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(entry)
    if content is None:
        raise _broken(tar, entry.name)
    return content


def _broken(tar: tarfile.TarFile, entry: str) -> Unusable:
    """An entry is missing, damaged, of another version or does not belong there."""
    return Unusable("broken-backup", f"{tar.name!s}: {entry}")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    return (path for pattern in patterns for path in folder.glob(pattern) if path.is_file())


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, to)


def _run(words: list[str], settings: Settings) -> None:
    """One of PostgreSQL's programs over the hub's database; the password goes by the environment."""
    url = make_url(settings.effective_database_url)
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    try:
        ran = subprocess.run(
            [*words, f"--dbname={plain}"], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Unusable("no-program", words[0]) from None
    if ran.returncode:
        raise Unusable("program-failed", f"{words[0]}: {ran.stderr.strip()[:500]}")
