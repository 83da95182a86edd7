"""The index on SQLite: FTS5, in the order of its rowids, which is the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table
from sqlalchemy.orm import InstrumentedAttribute

from mailhub.models import Community, SearchEntry
from mailhub.search.terms import Term

_WORDS = table("search_words", column("rowid"), column("search_words"))
_TITLE_WEIGHT = 5.0
_SNIPPET_WORDS = 28


class Matching:
    """The entries that some terms are found in, as statements on SQLite."""

    def __init__(self, terms: Sequence[Term], community_id: int | None, kind: str | None) -> None:
        self._expression = _expression(terms, community_id, kind)
        self._matches = _WORDS.c.search_words.op("MATCH")(self._expression)

    def newest(self, visible: ColumnElement[bool]) -> Select[Any]:
        """The ids of entries that are visible, the newest first."""
        return self._ids(visible).order_by(_WORDS.c.rowid.desc())

    def ranked(self, visible: ColumnElement[bool]) -> Select[Any]:
        """The ids of entries that are visible, the best first (BM25)."""
        rank = func.bm25(literal_column("search_words"), _TITLE_WEIGHT, 1.0, 0.0)
        return self._ids(visible).order_by(rank, _WORDS.c.rowid.desc())

    def shown(self, ids: Sequence[int], mark: str, unmark: str) -> Select[Any]:
        """What a page shows of these entries; in no order."""
        snippet = func.snippet(
            literal_column("search_words"), 1, mark, unmark, "…", _SNIPPET_WORDS
        ).label("snippet")
        return (
            select(*_shown(), snippet)
            .join_from(_WORDS, SearchEntry, SearchEntry.id == _WORDS.c.rowid)
            .join(Community, Community.id == SearchEntry.community_id)
            .where(self._matches, _WORDS.c.rowid.in_(ids))
        )

    def _ids(self, visible: ColumnElement[bool]) -> Select[Any]:
        return (
            select(_WORDS.c.rowid)
            .join_from(_WORDS, SearchEntry, SearchEntry.id == _WORDS.c.rowid)
            .where(self._matches, visible)
        )


def plain(snippet: str) -> str:
    """The words of a snippet as they were put in."""
    return snippet


def _shown() -> tuple[InstrumentedAttribute[Any], ...]:
    entry = SearchEntry
    return entry.id, entry.kind, entry.object_id, entry.title, entry.at, Community.slug


def _expression(terms: Sequence[Term], community_id: int | None, kind: str | None) -> str:
    """The terms in FTS5's language. Every word is letters and digits alone, and quoted."""
    places = [f"c{community_id}"] * (community_id is not None) + [f"k{kind}"] * (kind is not None)
    parts = [f'place : "{place}"' for place in places if place.isalnum()]
    words = " AND ".join(f'"{" ".join(t.words)}"' + " *" * t.prefix for t in terms)
    return " AND ".join([*parts, f"{{title words}} : ({words})"])
