"""The index on PostgreSQL: a generated tsvector with a GIN index.

Its positions end at 16,383: in a longer text, words are found beyond that, but not phrases.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import REGCONFIG

from mailhub.models import Community, SearchEntry
from mailhub.search.terms import Term

_VECTOR: ColumnElement[Any] = literal_column("search_entry.search_words")
_WEIGHTS = "{0.1, 0.1, 0.1, 0.5}"
# ts_headline drops what looks like a tag and takes an address or a path for one word. Its marks are
# hidden from it as signs that no text has, and brought back in the few words that it gives.
_MARKS = string.punctuation
_SIGNS = "".join(chr(0xE000 + ord(mark)) for mark in _MARKS)
_SHOWN_OF = 200_000  # characters in which a snippet is looked for
_SNIPPET = "MaxWords=28, MinWords=12, MaxFragments=1"


class Matching:
    """The entries that some terms are found in, as statements on PostgreSQL."""

    def __init__(self, terms: Sequence[Term], community_id: int | None, kind: str | None) -> None:
        self._query = func.to_tsquery(cast("mailhub", REGCONFIG), _expression(terms))
        self._where: list[ColumnElement[bool]] = [_VECTOR.op("@@")(self._query)]
        if community_id is not None:
            self._where.append(SearchEntry.community_id == community_id)
        if kind is not None:
            self._where.append(SearchEntry.kind == kind)

    def newest(self, visible: ColumnElement[bool]) -> Select[Any]:
        """The ids of entries that are visible, the newest first."""
        return select(SearchEntry.id).where(*self._where, visible).order_by(SearchEntry.id.desc())

    def ranked(self, visible: ColumnElement[bool]) -> Select[Any]:
        """The ids of entries that are visible, the best first."""
        rank = func.ts_rank(_VECTOR, self._query)
        return (
            select(SearchEntry.id)
            .where(*self._where, visible)
            .order_by(rank.desc(), SearchEntry.id.desc())
        )

    def shown(self, ids: Sequence[int], mark: str, unmark: str) -> Select[Any]:
        """What a page shows of these entries; in no order."""
        entry = SearchEntry
        snippet = func.ts_headline(
            cast("mailhub", REGCONFIG),
            func.translate(func.left(entry.words, _SHOWN_OF), _MARKS, _SIGNS),
            self._query,
            f"StartSel={mark}, StopSel={unmark}, {_SNIPPET}",
        ).label("snippet")
        return (
            select(
                entry.id,
                entry.kind,
                entry.object_id,
                entry.title,
                entry.at,
                Community.slug,
                snippet,
            )
            .join(Community, Community.id == entry.community_id)
            .where(entry.id.in_(ids))
        )


def plain(snippet: str) -> str:
    """The words of a snippet as they were put in."""
    return snippet.translate(str.maketrans(_SIGNS, _MARKS))


def _expression(terms: Sequence[Term]) -> str:
    """The terms in PostgreSQL's language. Every word is letters and digits alone, and quoted."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in term.words) + ":*" * term.prefix + ")"
        for term in terms
    )
