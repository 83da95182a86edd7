"""Files by their hash: the bytes of documents, outside the database.

What is put here is on disk when `put` returns, so a row that names it may be committed afterwards.
The same bytes are kept once. A name is never believed: the only one that opens a file is the hash of
its bytes, which also keeps every path inside the folder. Nothing here knows whose file it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class CannotKeep(Exception):
    """The storage takes nothing now: full, read-only or gone. Nothing half is left; try later."""


class NoSuchBlob(Exception):
    """There are no bytes of this hash here, or it is no hash at all."""


class Blobs:
    """A folder of files `aa/bb…`, named by the SHA-256 of what is in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep these bytes and give their hash (64 hex digits); CannotKeep where that fails."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            if self._is_whole(path, len(content)):
                os.utime(path)  # younger than what may be removed
            else:
                self._write(path, content)
            # Another writer may have named the file a moment ago and not synced its folder yet.
            _sync_folder(path.parent)
        except OSError as error:
            raise CannotKeep(f"{self._folder}: {error.strerror or error}") from error
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of this hash, to be read; NoSuchBlob where there are none."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NoSuchBlob(sha256) from None

    def size(self, sha256: str) -> int:
        """Octets of this hash; NoSuchBlob where there are none."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            raise NoSuchBlob(sha256) from None

    def is_older(self, sha256: str, than: datetime) -> bool:
        """Whether the bytes of this hash are here and were last put before a moment."""
        try:
            return self._path(sha256).stat().st_mtime < than.timestamp()
        except (FileNotFoundError, NoSuchBlob):
            return False

    def remove(self, sha256: str, than: datetime) -> bool:
        """Remove the bytes of this hash, unless they were put again after a moment; whether they are
        gone now. Whoever calls it has seen that nothing names them."""
        if not self.is_older(sha256, than):
            return False
        self._path(sha256).unlink(missing_ok=True)
        return True

    def _path(self, sha256: str) -> Path:
        if not _SHA256.match(sha256):
            raise NoSuchBlob(sha256)
        return self._folder / sha256[:2] / sha256[2:]

    @staticmethod
    def _is_whole(path: Path, size: int) -> bool:
        try:
            return path.stat().st_size == size
        except FileNotFoundError:
            return False

    def _write(self, path: Path, content: bytes) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)
        # Two threads may put the same bytes at once: each writes a file of its own.
        half = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: rename(2) alone is not."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
