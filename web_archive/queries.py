"""How pages ask the database: statements built once, rows as they come.

Building a statement costs more than running it, so each is made by a function under `@once`, with its parameters as
`bindparam`s. Of who looks it knows only whether that is a stranger; who it is, is the parameter `person`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func

from mailhub.models import Post
from mailhub.prepared import Record, Statement, fetch
from mailhub.sight import STRANGER, Viewer

__all__ = ["Record", "Statement", "author", "first", "kind_of", "many", "once"]

once = lru_cache(maxsize=512)
_ANYBODY = Viewer(cast("int", bindparam("person", type_=Integer)))


def kind_of(viewer: Viewer) -> Viewer:
    """Stands in a statement for whoever looks: a stranger, or a person whom the parameter `person` names."""
    return STRANGER if viewer.person_id is None else _ANYBODY


def many(db: Connection, statement: Statement, **given: Any) -> list[Record]:
    """Every row. Columns only: no object of the ORM is made."""
    return fetch(db, statement, given)


def first(db: Connection, statement: Statement, **given: Any) -> Record | None:
    """The first row, or None."""
    found = fetch(db, statement, given)
    return found[0] if found else None


def author() -> ColumnElement[str]:
    """Who wrote a Post, as it is shown: the name, else the address (which `discretion` shortens)."""
    return func.coalesce(func.nullif(Post.author_name, ""), Post.author_address, "")
