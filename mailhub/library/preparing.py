"""What is done with a letter's papers before the transaction: their bytes are kept, and they get the
names that they will go by. A full disk must not hold a transaction open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from mailhub import reading
from mailhub.blobs import Blobs
from mailhub.letter import Attachment, Letter
from mailhub.library import names
from mailhub.library.attached import attachments, is_mail
from mailhub.library.papers import why_not
from mailhub.reading import filenames


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file whose bytes are kept, ready to be filed."""

    filename: str
    name_key: str
    family: str
    title: str
    media_type: str
    size: int
    sha256: str
    near: tuple[int, ...] = ()  # documents that it is a near copy of, as `near.compare` has found


def prepare(blobs: Blobs, letter: Letter) -> tuple[Prepared, ...]:
    """Keep the bytes of a letter's papers, in the order of the mail; CannotKeep where that fails.

    Call it outside of a transaction. Bytes that are never filed afterwards do no harm.
    """
    seen: Counter[str] = Counter()
    prepared = []
    for paper, holder in attachments(letter):
        if why_not(paper, holder):
            continue
        blobs.put(paper.content)
        one = _named(paper, letter)
        # Two scans of one name in one mail are two papers.
        seen[one.name_key] += 1
        if seen[one.name_key] > 1:
            suffix = f" ({seen[one.name_key]})"
            one = replace(one, name_key=one.name_key + suffix, family=one.family + suffix)
        prepared.append(one)
    return tuple(prepared)


def _named(paper: Attachment, letter: Letter) -> Prepared:
    """A paper with the name that it goes by. A nameless file and a mail have a key of their own, so
    that they are never taken for versions of another."""
    filename = paper.filename
    if is_mail(paper):
        subject = reading.read(paper.content).subject
        filename = filename or f"{filenames.safe(subject)[:100]}.eml"
    alone = is_mail(paper) or not filename
    return Prepared(
        filename=filename,
        name_key=f"/{paper.sha256}" if alone else names.key(filename),
        family=f"/{paper.sha256}" if alone else names.family(filename),
        title=names.title(filename) or letter.subject or paper.media_type,
        media_type=paper.media_type,
        size=paper.size,
        sha256=paper.sha256,
    )
