"""SQLAlchemy compiles each statement anew for each engine, and here each test has engines of its own: a
quarter of the time of a conversation went there. All engines of a kind share what is compiled.
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
