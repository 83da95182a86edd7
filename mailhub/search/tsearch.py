"""The index on PostgreSQL: a generated tsvector with a GIN index.

Its positions end at 16,383: in a longer text, words are found beyond that, but not phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import REGCONFIG

from mailhub.models import Community, SearchEntry
from mailhub.search.statements import MARK, SHOWN, UNMARK, Statements, by_author, visible
from mailhub.search.terms import Term

_WORDS_LANGUAGE = cast("mailhub", REGCONFIG)
_VECTOR: ColumnElement[Any] = literal_column("search_entry.search_words")
_QUERY = func.to_tsquery(_WORDS_LANGUAGE, bindparam("expression"))
# ts_headline drops what looks like a tag and takes an address or a path for one word. Its marks are
# hidden from it as signs that no text has, and brought back in the few words that it gives.
_MARKS = "/.-_@<&:+~"
_SIGNS = "".join(chr(0xE000 + ord(mark)) for mark in _MARKS)
_SHOWN_OF = 200_000  # characters in which a snippet is looked for
_SNIPPET = func.ts_headline(
    _WORDS_LANGUAGE,
    func.translate(func.left(SearchEntry.words, _SHOWN_OF), _MARKS, _SIGNS),
    _QUERY,
    f"StartSel={MARK}, StopSel={UNMARK}, MaxWords=28, MinWords=12, MaxFragments=1",
)


@cache
def statements(*, member: bool, community: bool, kind: bool, period: bool, by: bool) -> Statements:
    """What finds hits, for a stranger or a member, in one community or all, of one kind or all."""
    where = [_VECTOR.op("@@")(_QUERY), visible(member)]
    if community:
        where.append(SearchEntry.community_id == bindparam("community"))
    if kind:
        where.append(SearchEntry.kind == bindparam("kind"))
    if period:
        since, until = bindparam("since", type_=BigInteger), bindparam("until", type_=BigInteger)
        where += [SearchEntry.id >= since, SearchEntry.id < until]
    if by:
        where.append(by_author())
    ids = select(SearchEntry.id).where(*where)
    limit, offset = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
    rank = func.ts_rank(_VECTOR, _QUERY)
    pages = select(*SHOWN, _SNIPPET.label("snippet")).join(
        Community, Community.id == SearchEntry.community_id
    )
    newest = ids.order_by(SearchEntry.id.desc()).limit(limit).offset(offset)
    return Statements(
        some=ids.limit(bindparam("some", type_=Integer)),
        count=select(func.count()).select_from(ids.limit(bindparam("most")).subquery()),
        # The headline is made of the page alone, not of all that is sorted for it.
        newest=pages.where(SearchEntry.id.in_(newest)).order_by(SearchEntry.id.desc()),
        best=ids.order_by(rank.desc(), SearchEntry.id.desc()).limit(limit).offset(offset),
        these=pages.add_columns((-rank).label("rank")).where(
            SearchEntry.id.in_(bindparam("ids", expanding=True))
        ),
    )


def parameters(
    terms: Sequence[Term], community_id: int | None, kind: str | None, in_titles: bool
) -> dict[str, Any]:
    """What the statements are given: the terms in PostgreSQL's language. Every word is letters and
    digits alone, and quoted."""
    weight = "A" if in_titles else ""
    expression = " & ".join(
        "("
        + " <-> ".join(
            f"'{word}'" + _marked(weight, term.prefix and place == len(term.words))
            for place, word in enumerate(term.words, start=1)
        )
        + ")"
        for term in terms
    )
    return {"expression": expression, "community": community_id, "kind": kind}


def _marked(weight: str, is_beginning: bool) -> str:
    """What stands behind a word: that it is the beginning of one, and in which part of the entry."""
    marks = "*" * is_beginning + weight
    return f":{marks}" if marks else ""


def plain(snippet: str) -> str:
    """The words of a snippet as they were put in."""
    return snippet.translate(str.maketrans(_SIGNS, _MARKS))
