"""SQLAlchemy compiles each statement anew for each engine, and here each test has engines of its own: a
quarter of the time of a conversation went there. All engines of a kind share what is compiled.

SQLAlchemy has `compiled_cache` for that, but finds what is in it by the very dialect, and each engine has one of its own. So
dialects of one class are said to be the same. Of a run that is true: what else a dialect knows, it has found out about the one
server, or the one SQLite, that all of them speak to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect


def share_compiled_statements() -> None:
    """From now on. The engines of one kind differ in their pools alone, and in how they begin."""
    kept: dict[type[Dialect], Any] = {}
    as_it_was = Engine.__init__

    def begins(self: Engine, *arguments: Any, **options: Any) -> None:
        as_it_was(self, *arguments, **options)
        self._compiled_cache = kept.setdefault(type(self.dialect), self._compiled_cache)

    Engine.__init__ = begins  # type: ignore[method-assign]
    # The dialect is a part of what a statement is found by.
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
