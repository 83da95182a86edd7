"""What a person asks of the library by mail: `get doc 12`, `get doc 12 version 2`, `list docs`.

The words that people type are read elsewhere, into one form; those of the answers stand in templates/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from mailhub.blobs import Blobs
from mailhub.compose.own import Enclosure
from mailhub.library.showing import fetch, listing
from mailhub.models import Community
from mailhub.sight import Viewer

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
_DOCUMENT = re.compile(r"doc (\d{1,9})(?: version (\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class GetDocument:
    """Send a document's file, its newest version unless one is named."""

    number: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ListDocuments:
    """Send the list of the community's documents."""


Command = GetDocument | ListDocuments


@dataclass(frozen=True, slots=True)
class Answer:
    """The name of a template, its facts, and the files that go with it."""

    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()


def understand(what: str) -> Command | None:
    """What is to be got, if it is the library's: "docs", "doc 12", "doc 12 version 2"."""
    if what == "docs":
        return ListDocuments()
    found = _DOCUMENT.fullmatch(what)
    if not found:
        return None
    return GetDocument(int(found[1]), int(found[2]) if found[2] else None)


def answer(
    session: Session, blobs: Blobs, viewer: Viewer, community: Community, command: Command
) -> Answer:
    """The answer to a command that came to a community's address.

    NoSuchBlob where a version's bytes are lost: an operator must know of it.
    """
    if isinstance(command, ListDocuments):
        found = listing(session, viewer, community)
        return Answer("library-list", {"papers": found.papers, "total": found.total})
    paper = fetch(session, viewer, command.number, command.version)
    if paper is None:
        return Answer("library-unknown", {"number": command.number, "version": command.version})
    with blobs.open(paper.sha256) as file:
        enclosure = Enclosure(paper.filename, media_type(paper.media_type), file.read())
    return Answer("library-paper", {"paper": paper}, (enclosure,))


def media_type(claimed: str) -> str:
    """What can stand in a header of ours; an attached mail would have to go unencoded (RFC 2046)."""
    plain = _MEDIA_TYPE.fullmatch(claimed) and not claimed.startswith(("message/", "multipart/"))
    return claimed if plain else "application/octet-stream"
