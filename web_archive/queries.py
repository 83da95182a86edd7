"""How pages ask the database: statements built and compiled once, rows as they come.

Building a statement costs more than running it, so each is made by a function under `@once`, with its parameters as
`bindparam`s. Of who looks it knows only whether that is a stranger; who it is, is the parameter `person`. The toolkit's own
way of running a compiled statement takes 70 µs of the processor, three times what SQLite takes for a page's usual one; so what it has
compiled is given to the driver here. Lists of values are left to the toolkit.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, func
from sqlalchemy.engine import Dialect

from mailhub.models import Post
from mailhub.sight import STRANGER, Viewer

once = lru_cache(maxsize=512)
Statement: TypeAlias = "Select[*tuple[Any, ...]]"
Record: TypeAlias = Any  # a named tuple of a statement's columns

_ANYBODY = Viewer(cast("int", bindparam("person", type_=Integer)))
_LIST = "__[POSTCOMPILE_"  # in a compiled statement: a list whose length is not known yet


def kind_of(viewer: Viewer) -> Viewer:
    """Stands in a statement for whoever looks: a stranger, or a person whom the parameter `person` names."""
    return STRANGER if viewer.person_id is None else _ANYBODY


def many(db: Connection, statement: Statement, **given: Any) -> list[Record]:
    """Every row. Columns only: no object of the ORM is made."""
    prepared = _prepared(statement, db.dialect)
    if prepared.has_lists:
        return [prepared.record(*row) for row in db.execute(statement, given)]
    return prepared.rows(db, given)


def first(db: Connection, statement: Statement, **given: Any) -> Record | None:
    """The first row, or None."""
    found = many(db, statement, **given)
    return found[0] if found else None


def author() -> ColumnElement[str]:
    """Who wrote a Post, as it is shown: the name, else the address (which `discretion` shortens)."""
    return func.coalesce(func.nullif(Post.author_name, ""), Post.author_address, "")


class Prepared:
    """A statement in the words of a database, and what its types make of parameters and columns."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        columns = statement.column_descriptions
        names = [str(column["name"]) for column in columns]
        self.record: Any = namedtuple("record", names)  # type: ignore[misc]
        self.has_lists = _LIST in compiled.string
        self._sql: str = compiled.string
        self._order: Sequence[str] | None = compiled.positiontup
        self._turned = _turned(
            (name, one.type.dialect_impl(dialect).bind_processor(dialect))
            for name, one in compiled.binds.items()
        )
        self._constants = {
            name: self._turned[name](value) if name in self._turned else value
            for name, value in compiled.params.items()
            if value is not None
        }
        self._columns = _turned(
            (place, column["type"].dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(columns)
        )

    def rows(self, db: Connection, given: dict[str, Any]) -> list[Record]:
        """Every row, within the connection's transaction."""
        if not db.in_transaction():
            db.begin()
        for name in self._turned.keys() & given.keys():
            given[name] = self._turned[name](given[name])
        values: Any = self._constants | given
        if self._order is not None:
            values = [values[name] for name in self._order]
        cursor = db.connection.cursor()
        try:
            cursor.execute(self._sql, values)
            found = cursor.fetchall()
        finally:
            cursor.close()
        make = self.record._make
        if not self._columns:
            return [make(row) for row in found]
        return [make(self._row(row)) for row in found]

    def _row(self, row: Sequence[Any]) -> list[Any]:
        turned = list(row)
        for place, turn in self._columns.items():
            turned[place] = turn(turned[place])
        return turned


def _turned(pairs: Any) -> dict[Any, Callable[[Any], Any]]:
    return {key: turn for key, turn in pairs if turn is not None}


@lru_cache(maxsize=512)
def _prepared(statement: Statement, dialect: Dialect) -> Prepared:
    return Prepared(statement, dialect)
