"""Origin: what compose must know of a post, beside its raw mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class From(StrEnum):
    """What becomes of the author's From."""

    KEPT = ""
    REPLACED = "replaced"  # the author's domain would have the mail refused (DMARC)
    SIGNED = "signed"  # it would, but for a signature of its own: kept while that can verify


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the library that this post brought."""

    document_id: int
    filename: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What compose must know of a post, beside its raw mail."""

    slug: str
    community: str
    post_id: int
    message_id: str
    id_is_ours: bool  # the mail has none, or its own was taken
    author_name: str
    author_address: str
    received_at: datetime
    peer: str
    helo: str
    inbound_id: int
    footer: bool
    replies: str  # "community" or "author"
    papers: tuple[Paper, ...] = ()
    author_from: From = From.KEPT
    subject: str = ""  # instead of the author's, as whoever approved it wanted
    results: str = ""  # what we found of who sent it, as the value of an Authentication-Results
