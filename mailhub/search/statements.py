"""What both databases have in common: the statements of a search, built once, and who sees what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from mailhub.models import Community, Post, SearchEntry
from mailhub.sight import STRANGER, Viewer, may_read

MARK, UNMARK = "\x02", "\x03"  # around a found word, in what the database gives back
# What a page shows of a hit, beside its snippet.
SHOWN = (
    SearchEntry.id,
    SearchEntry.kind,
    SearchEntry.object_id,
    SearchEntry.title,
    SearchEntry.at,
    Community.slug,
    Community.name,
)
# A member of whom only the statement's parameter `person` tells who it is.
_MEMBER = Viewer(cast("int", bindparam("person")))


@dataclass(frozen=True, slots=True)
class Statements:
    """A search in up to four steps: `some` ids, one more than a page takes, in no order; where that is more than a
    page, `count` (no more than `most`), then either a page of the `newest`, or the ids of a page of the
    `best`; and with ids `these`, in no order, each with its `rank`, the least of the best."""

    some: Select[int]
    count: Select[int]
    newest: Select[*tuple[Any, ...]]
    best: Select[int]
    these: Select[*tuple[Any, ...]]


def visible(member: bool) -> ColumnElement[bool]:
    """Criterion on SearchEntry: the viewer may read in its community. All communities are looked through first,
    which is worth it for many hits."""
    return SearchEntry.community_id.in_(select(Community.id).where(readable(member)))


def visible_one(member: bool) -> ColumnElement[bool]:
    """The same, looked up for each hit: for few of them."""
    return exists().where(Community.id == SearchEntry.community_id, readable(member))


def by_author() -> ColumnElement[bool]:
    """Criterion on SearchEntry: it is a post, and its author's name is like the parameter `by`."""
    return exists().where(
        SearchEntry.kind == "post",
        Post.id == SearchEntry.object_id,
        func.lower(Post.author_name).like(bindparam("by"), escape="\\"),
    )


def written_by(name: str) -> str:
    """What a name is like that has this in it, whatever signs it has. Letters with accents may be any: SQLite knows
    no small ones of them."""
    for sign in "\\%_":
        name = name.replace(sign, f"\\{sign}")
    return "%" + "".join(sign if sign.isascii() else "_" for sign in name.lower()) + "%"


def readable(member: bool) -> ColumnElement[bool]:
    """Criterion on Community: the viewer may read it."""
    return may_read(_MEMBER if member else STRANGER)
