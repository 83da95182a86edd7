"""Near copies: "Strategy v2 final.docx" is a version of "Strategy.docx" if it says mostly the same.

Two things must come together: names of one family (`names.family`) and texts that are mostly the
same, word by word in threes. Either alone is not enough: a form that ten councils have filled
in is ten papers, and so are "Report final" of two different reports. Where a text cannot be read,
or is too short to tell, nothing is near.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub.blobs import Blobs, NoSuchBlob
from mailhub.database import Database
from mailhub.extraction import Extractor
from mailhub.library.preparing import Prepared
from mailhub.library.tables import Document, Version
from mailhub.models import Community

# Of all their threes of words, those in both. Measured on papers of 8 parts: unrelated ones have 0.07
# at most, those of one template (3 parts in common) 0.37 or less in 95 of 100; a paper with 2 parts
# written anew, or every sixth word changed, has more in 95 of 100.
NEAR = 0.4
SHORTEST = 30  # threes; below that too few to tell
MOST_CANDIDATES = 5  # the latest changed of a family, for one file
MOST_WORDS = 100_000  # of a text that are compared
CPU_SECONDS = 3
_WORD = re.compile(r"\w+")


def compare(
    database: Database, blobs: Blobs, slugs: Collection[str], prepared: Sequence[Prepared]
) -> tuple[Prepared, ...]:
    """The same files, each with the documents of these communities that it is a near copy of.

    Call it outside of a transaction: where a document of the family is there, texts are read.
    """
    with Extractor(cpu_seconds=CPU_SECONDS) as extractor:  # no child until there is a text to read
        return tuple(_compared(database, blobs, slugs, paper, extractor) for paper in prepared)


def _compared(
    database: Database,
    blobs: Blobs,
    slugs: Collection[str],
    paper: Prepared,
    extractor: Extractor,
) -> Prepared:
    with database.reading() as session:
        candidates = _candidates(session, slugs, paper)
    if not candidates:
        return paper
    ours = _threes(_text(blobs, paper, extractor))
    if len(ours) < SHORTEST:
        return paper
    near = (
        version.document_id
        for version in candidates
        if likeness(ours, _threes(_text(blobs, version, extractor))) >= NEAR
    )
    return replace(paper, near=tuple(near))


def _candidates(session: Session, slugs: Collection[str], paper: Prepared) -> Sequence[Version]:
    """The newest versions of documents of the family, unless the paper's name is theirs already."""
    return session.scalars(
        select(Version)
        .join(Document)
        .join(Community, Community.id == Document.community_id)
        .where(
            Community.slug.in_(slugs),
            Document.family == paper.family,
            Version.number == Document.version_count,
            Version.name_key != paper.name_key,
            Version.sha256 != paper.sha256,
        )
        .order_by(Document.changed_at.desc())
        .limit(MOST_CANDIDATES)
    ).all()


def _text(blobs: Blobs, file: Prepared | Version, extractor: Extractor) -> str:
    try:
        with blobs.open(file.sha256) as octets:
            content = octets.read()
    except NoSuchBlob:
        return ""
    return extractor.text(file.filename, file.media_type, content).text


def _threes(text: str) -> frozenset[int]:
    words = _WORD.findall(text.casefold())[:MOST_WORDS]
    return frozenset(map(hash, zip(words, words[1:], words[2:], strict=False)))


def likeness(one: Iterable[int], other: Iterable[int]) -> float:
    """How much of two texts is the same, by their threes of words: 0 to 1 (Jaccard)."""
    ones, others = frozenset(one), frozenset(other)
    return len(ones & others) / len(ones | others) if ones and others else 0.0
