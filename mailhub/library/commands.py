"""What a person asks of the library by mail: `get doc 12`, `get doc 12 version 2`, `list docs`.

A line is understood as a whole or not at all. The words, and those of the answers, stand in
templates/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from mailhub import words
from mailhub.blobs import Blobs
from mailhub.compose.own import Enclosure
from mailhub.library.showing import fetch, listing
from mailhub.models import Community
from mailhub.sight import Viewer

MAX_LINE = 200  # characters; a command is shorter
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
_MARKS = " \t.,;:!?*>\"'“”‘’()[]<"


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


def understand(line: str) -> Command | None:
    """The command that a line is; None where it is none of the library's."""
    if len(line) > MAX_LINE:
        return None
    plain = " ".join(line.casefold().replace(",", " ").replace("#", " ").split()).strip(_MARKS)
    getting, listing_all = _patterns()
    if listing_all.fullmatch(plain):
        return ListDocuments()
    found = getting.fullmatch(plain)
    if not found:
        return None
    return GetDocument(int(found["number"]), int(found["version"]) if found["version"] else None)


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
        enclosure = Enclosure(paper.filename, _media_type(paper.media_type), file.read())
    return Answer("library-paper", {"paper": paper}, (enclosure,))


def _media_type(claimed: str) -> str:
    """What can stand in a header of ours; an attached mail would have to go unencoded (RFC 2046)."""
    plain = _MEDIA_TYPE.fullmatch(claimed) and not claimed.startswith(("message/", "multipart/"))
    return claimed if plain else "application/octet-stream"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(get doc 12 version 2, list docs), with all their synonyms."""
    table = {name: "|".join(map(re.escape, said)) for name, said in words.table("library").items()}
    please = rf"(?:{table['please']})"
    number = r"\d{1,9}"
    getting = (
        rf"(?:{please} )?(?:{table['get']}) (?:{table['paper']}) ?(?:{table['number']})? ?"
        rf"(?P<number>{number})(?: ?(?:{table['version']}) ?(?P<version>{number}))?(?: {please})?"
    )
    listing_all = rf"(?:{please} )?(?:{table['list']}) (?:{table['papers']})(?: {please})?"
    return re.compile(getting), re.compile(listing_all)
