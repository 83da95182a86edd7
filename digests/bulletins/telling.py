"""What stewards are told of a bulletin: the same to all, each of whom can take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from digests.bulletins import keeping
from mailhub.models import Bulletin
from mailhub.notes import Note


def facts(bulletin: Bulletin, who: str) -> dict[str, Any]:
    """What such a mail says; `who` did it."""
    return {
        "form": bulletin.form,
        "title": bulletin.subject,
        "text": bulletin.text,
        "goes_at": bulletin.goes_at,
        "days": keeping.LASTS.days,
        "who": who,
    }


def to_stewards(
    stewards: Sequence[str],
    bulletin: Bulletin,
    template: str,
    who: str,
    now: datetime,
    *,
    but: str = "",
) -> Iterator[Note]:
    """To all of them, `but` for whoever did it."""
    said = {**facts(bulletin, who), "own": False}
    token = keeping.for_stewards(bulletin, now)
    for steward in stewards:
        if steward != but:
            yield Note(template, steward, None, said, token=token, automatic=False, duty=True)
