"""A community as one tar file, written from its beginning to its end: its settings, members, posts, threads and
documents. It is for its operator alone: the addresses of members stand in it. What only tools know (events,
feeds, who follows whom) and what waits (held mail, requests) is not in it.

    policy/settings.json                 as `community set` takes them
    policy/members.csv                   as `member import` takes it
    policy/posts.mbox                    as `import mbox` takes it
    policy/threads.jsonl                 a thread a line
    policy/documents.jsonl               a version a line, with the name of its file
    policy/documents/12/1/Counting.csv   document 12, version 1
"""

from __future__ import annotations

import csv
import io
import json
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from mailhub import library, membership
from mailhub.archives.moving_out import AT_ONCE, mails, threads
from mailhub.blobs import Blobs, NoSuchBlob
from mailhub.library.tables import Document, Version
from mailhub.models import Community
from mailhub.site import Site

COLUMNS = ("address", "name", "organisation", "role", "delivery")
# Octets of one file. What is larger waits on the disk for its size to be known.
IN_MEMORY = 16 << 20


def write(
    out: IO[bytes],
    session: Session,
    community: Community,
    blobs: Blobs,
    site: Site,
    now: datetime,
    aside: Path,
) -> None:
    """Write the tar of a community to a stream. `aside` is a folder with room for its mbox. A document whose
    bytes are not there any more has no file."""
    with tarfile.open(fileobj=out, mode="w|") as tar:
        put = _Putting(tar, community.slug, now, aside)
        put("settings.json", [json.dumps(_settings(session, community), indent=1).encode()])
        put("members.csv", _members(session, community))
        put("posts.mbox", mails(session, community, site))
        put("threads.jsonl", map(_line, threads(session, community)))
        put("documents.jsonl", map(_line, _versions(session, community)))
        for version in _versions(session, community):
            try:
                with blobs.open(version["sha256"]) as content:
                    put.file(version["file"], content, blobs.size(version["sha256"]))
            except NoSuchBlob:
                continue


class _Putting:
    """Puts files into a tar, under one folder."""

    def __init__(self, tar: tarfile.TarFile, folder: str, now: datetime, aside: Path) -> None:
        self._tar = tar
        self._folder = folder
        self._now = now
        self._aside = aside

    def __call__(self, name: str, pieces: Iterable[bytes]) -> None:
        """A file that is made piece by piece. Before it stands its size, so it is made first."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(self._aside)) as made:
            for piece in pieces:
                made.write(piece)
            size = made.tell()
            made.seek(0)
            self.file(name, made, size)

    def file(self, name: str, content: IO[bytes], size: int) -> None:
        """A file that is there."""
        entry = tarfile.TarInfo(f"{self._folder}/{name}")
        entry.size = size
        entry.mtime = int(self._now.timestamp())
        entry.mode = 0o600
        self._tar.addfile(entry, content)


def _settings(session: Session, community: Community) -> dict[str, Any]:
    parent = session.get(Community, community.parent_id) if community.parent_id else None
    return {
        "slug": community.slug,
        "parent": parent.slug if parent else "",
        "founded": community.created_at.isoformat(),
        **{key: membership.setting(community, key) for key in membership.setting_names()},
    }


def _members(session: Session, community: Community) -> Iterator[bytes]:
    yield _row(COLUMNS)
    for member in membership.listing(session, community):
        yield _row(member[column] for column in COLUMNS)


def _row(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _versions(session: Session, community: Community) -> Iterator[dict[str, Any]]:
    """Every version of every document, with the file that it is in the tar."""
    rows = session.execute(
        library.versions()
        .where(Document.community_id == community.id)
        .order_by(Document.id, Version.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in rows:
        yield {
            "document": row.id,
            "title": row.title,
            "version": row.number,
            "filename": row.filename,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "filed_at": row.filed_at.isoformat(),
            "filed_by": row.filed_by or "",
            "note": row.note,
            "file": f"documents/{row.id}/{row.number}/{_plain(row.filename)}",
        }


def _plain(filename: str) -> str:
    """A name that stays in its folder wherever the tar is unpacked."""
    kept = filename.replace("/", "_").replace("\\", "_").lstrip(".").encode()[:200]
    return kept.decode("utf-8", "ignore") or "file"
