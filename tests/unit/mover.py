"""Somebody who moves archives into communities, and out again."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailhub import archives, membership
from mailhub.addresses import Tokens
from mailhub.archives import Figures, Importing, Stack
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.site import Site

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SITE = Site("lists.example.org", "https://lists.example.org", Tokens(b"secret"))


class Mover:
    """Moves archives into communities of one database, and their threads out again."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self._numbers = itertools.count()

    def community(self, slug: str) -> str:
        with self.database.writing() as session:
            membership.found(session, slug, slug, NOW)
        return slug

    def imports(self, slug: str, *files: Path | bytes, children: int = 0) -> Figures:
        paths = [self.kept(file) if isinstance(file, bytes) else file for file in files]
        with self.database.reading() as session:
            community = membership.known_community(session, slug)
        importing = Importing(self.database, Blobs(self.folder / "blobs"), SITE, community, NOW)
        with Stack(paths) as stack:
            for _ in importing.run(stack, children):
                pass
        return importing.figures

    def kept(self, octets: bytes) -> Path:
        path = self.folder / f"{next(self._numbers)}.mbox"
        path.write_bytes(octets)
        return path

    def threads(self, slug: str) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            community = membership.known_community(session, slug)
            return list(archives.threads(session, community))

    def mbox(self, slug: str) -> bytes:
        with self.database.reading() as session:
            community = membership.known_community(session, slug)
            return b"".join(archives.mails(session, community, SITE))
