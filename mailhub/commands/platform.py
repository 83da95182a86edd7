"""The platform's own address: registering, finding communities, and one's settings everywhere."""

from __future__ import annotations

from typing import Any

from mailhub import membership
from mailhub.commands.asked import Asked
from mailhub.commands.standing import standing
from mailhub.notes import Note


def communities(asked: Asked, wanted: str = "") -> Note:
    """One's own communities, and those that have some words; only what this person may know of."""
    found = membership.with_words(asked.session, asked.viewer, wanted) if wanted else ()
    parents = membership.names_of_parents(asked.session, asked.viewer, found)
    facts: dict[str, Any] = {"wanted": wanted, "found": found, "parents": parents}
    return asked.note("communities", **facts, **standing(asked, everywhere=True))
