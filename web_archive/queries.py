"""How pages ask the database: statements built once, rows as they come.

Building a statement costs more than running it, so each is made by a function under `@once`, with its parameters as
`bindparam`s; what depends on who looks has the viewer as its argument.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, func

from mailhub.models import Post

once = lru_cache(maxsize=512)
Statement: TypeAlias = "Select[*tuple[Any, ...]]"
Record: TypeAlias = "Row[*tuple[Any, ...]]"


def many(db: Connection, statement: Statement, **given: Any) -> list[Record]:
    """Every row. Columns only: no object of the ORM is made."""
    return list(db.execute(statement, given).all())


def first(db: Connection, statement: Statement, **given: Any) -> Record | None:
    """The first row, or None."""
    return db.execute(statement, given).first()


def author() -> ColumnElement[str]:
    """Who wrote a Post, as it is shown: the name, else the address (which `discretion` shortens)."""
    return func.coalesce(func.nullif(Post.author_name, ""), Post.author_address, "")
