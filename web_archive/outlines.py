"""The outline beside a post: who wrote around it in its discussion, each answer below what it answers.

Of a long discussion only what stands near the post. Its lines are kept rendered for a whole discussion, under all that
they were made from, like every piece of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import Connection, bindparam, select

from mailhub.models import Post
from web_archive.kept import Kept
from web_archive.queries import Statement, author, many, once
from web_archive.tree import DEEPEST, in_order

AROUND = 25  # lines before a post, and behind it
_BESIDE = 150  # octets that a line takes beside its text


class Line(NamedTuple):
    """What an outline says of a post."""

    id: int
    parent_id: int | None
    message_id: str
    author_name: str
    received_at: datetime


class _Leading(NamedTuple):
    """A line rendered: which of the posts received it leads to, and how deep that stands."""

    place: int
    depth: int
    html: Markup


class Outlines:
    """Makes outlines by the macro `outline_row` of `_rows.html`, or gives what it has made before."""

    def __init__(self, environment: Environment, octets: int) -> None:
        self._environment = environment
        self._kept: Kept[list[_Leading]] = Kept(
            octets, lambda kept: sum(len(one.html) + _BESIDE for one in kept)
        )

    def around(
        self, slug: str, lines: Sequence[Line], post_id: int
    ) -> tuple[Markup, Line | None, Line | None]:
        """The outline around a post of the discussion with these `lines`, in the community with this slug;
        and the posts that are read before and behind it."""
        order = self._of(slug, lines)
        here = next(n for n, one in enumerate(order) if lines[one.place].id == post_id)
        nearby = order[max(here - AROUND, 0) : here + AROUND + 1]
        parts = [one.html for one in nearby]
        parts[min(here, AROUND)] = self._row(
            slug, lines[order[here].place], order[here].depth, True
        )
        earlier = lines[order[here - 1].place] if here else None
        later = lines[order[here + 1].place] if here + 1 < len(order) else None
        return Markup("".join(parts)), earlier, later

    def _of(self, slug: str, lines: Sequence[Line]) -> list[_Leading]:
        key = slug, hash(tuple(lines)), len(lines)
        order = self._kept.get(key)
        if order is None:
            places = {line.id: place for place, line in enumerate(lines)}
            order = []
            for line, level in in_order(lines):
                depth = min(level, DEEPEST)
                order.append(_Leading(places[line.id], depth, self._row(slug, line, depth, False)))
            self._kept.put(key, order)
        return order

    def _row(self, slug: str, line: Line, depth: int, is_current: bool) -> Markup:
        rows: Any = self._environment.get_template("_rows.html").module
        html: Markup = rows.outline_row(slug, line, depth, is_current)
        return html


def lines(db: Connection, thread_id: int) -> list[Line]:
    """The posts of a thread, in the order received."""
    return cast("list[Line]", many(db, _lines(), thread=thread_id))


@once
def _lines() -> Statement:
    return (
        select(
            Post.id,
            Post.parent_id,
            Post.message_id,
            author().label("author_name"),
            Post.received_at,
        )
        .where(Post.thread_id == bindparam("thread"))
        .order_by(Post.received_at, Post.id)
    )
