"""The index on SQLite: FTS5, in the order of its rowids, which is the order of time.

A statement walks over the hits once, from the newest on. Naming many rowids instead would begin the
search anew for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    column,
    desc,
    func,
    literal_column,
    select,
    table,
)

from mailhub.models import Community, SearchEntry
from mailhub.search.statements import (
    MARK,
    SHOWN,
    UNMARK,
    Statements,
    by_author,
    readable,
    visible,
    visible_one,
)
from mailhub.search.terms import Term

_INDEX = table("search_words", column("rowid"), column("search_words"))
_MATCHES = _INDEX.c.search_words.op("MATCH")(bindparam("expression"))
_ALL: ColumnElement[Any] = literal_column("search_words")
# By column: the title, the words, the place.
_BEST = func.bm25(_ALL, 5.0, 1.0, 0.0)
_SNIPPET = func.snippet(_ALL, 1, MARK, UNMARK, "…", 28)


@cache
def statements(*, member: bool, community: bool, kind: bool, period: bool, by: bool) -> Statements:
    """What finds hits, for a stranger or a member. Community and kind stand in the expression."""
    matches: list[ColumnElement[bool]] = [_MATCHES]
    if period:
        matches += [_INDEX.c.rowid >= bindparam("since"), _INDEX.c.rowid < bindparam("until")]
    if by:
        matches.append(by_author())
    every = (
        select(_INDEX.c.rowid)
        .join_from(_INDEX, SearchEntry, SearchEntry.id == _INDEX.c.rowid)
        .where(*matches)
    )
    ids = every.where(visible(member))
    pages = (
        select(*SHOWN, _SNIPPET.label("snippet"))
        .join_from(_INDEX, SearchEntry, SearchEntry.id == _INDEX.c.rowid)
        .join(Community, Community.id == SearchEntry.community_id)
        .where(*matches)
    )
    limit, offset = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
    return Statements(
        some=every.where(visible_one(member)).limit(bindparam("some", type_=Integer)),
        count=select(func.count()).select_from(ids.limit(bindparam("most")).subquery()),
        newest=pages.where(readable(member))
        .order_by(desc(_INDEX.c.rowid))
        .limit(limit)
        .offset(offset),
        best=ids.order_by(_BEST, desc(_INDEX.c.rowid)).limit(limit).offset(offset),
        # How good a hit is takes a walk over all hits, so that is asked only of few.
        these=pages.add_columns(_BEST.label("rank")).where(
            _INDEX.c.rowid.between(bindparam("first"), bindparam("last")),
            # The plus keeps SQLite from looking up each of them by itself.
            literal_column("+search_words.rowid").in_(bindparam("ids", expanding=True)),
        ),
    )


def parameters(
    terms: Sequence[Term], community_id: int | None, kind: str | None, in_titles: bool
) -> dict[str, Any]:
    """What the statements are given: the terms in FTS5's language. Every word is letters and digits
    alone, and quoted."""
    places = [f"c{community_id}"] * (community_id is not None) + [f"k{kind}"] * (kind is not None)
    parts = [f'place : "{place}"' for place in places if place.isalnum()]
    words = " AND ".join(f'"{" ".join(t.words)}"' + " *" * t.prefix for t in terms)
    where = "{title}" if in_titles else "{title words}"
    return {"expression": " AND ".join([*parts, f"{where} : ({words})"])}


def plain(snippet: str) -> str:
    """The words of a snippet as they were put in."""
    return snippet
