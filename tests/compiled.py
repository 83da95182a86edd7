"""What libraries compile for each hub, and here each test has a hub of its own: statements of SQL, and templates. All
hubs of a process share what is compiled. Together that was four tenths of the time of a conversation.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect


def share_what_is_compiled() -> None:
    """From now on."""
    _share_statements()
    _share_templates()


def _share_statements() -> None:
    """SQLAlchemy has `compiled_cache` for that, but finds what is in it by the very dialect, and each engine has one of
    its own. So dialects of one class are said to be the same. Of a run that is true: what else a dialect knows, it has
    found out about the one server, or the one SQLite, that all of them speak to. The engines of one kind differ in
    their pools alone, and in how they begin."""
    kept: dict[type[Dialect], Any] = {}
    as_it_was = Engine.__init__

    def begins(self: Engine, *arguments: Any, **options: Any) -> None:
        as_it_was(self, *arguments, **options)
        self._compiled_cache = kept.setdefault(type(self.dialect), self._compiled_cache)

    Engine.__init__ = begins  # type: ignore[method-assign]
    # The dialect is a part of what a statement is found by.
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]


def _share_templates() -> None:
    """Jinja reads the text of each template still, and takes what was made of the very same text."""
    kept = _Kept()
    as_it_was = Environment.__init__

    def begins(self: Environment, *arguments: Any, **options: Any) -> None:
        as_it_was(self, *arguments, **options)
        self.bytecode_cache = kept

    Environment.__init__ = begins  # type: ignore[method-assign]


class _Kept(BytecodeCache):
    """In memory."""

    def __init__(self) -> None:
        self._code: dict[tuple[object, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(_named(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._code[_named(bucket)] = bucket.code


def _named(bucket: Bucket) -> tuple[object, ...]:
    """What is made of a template depends on its file, its text, and on how its environment reads it."""
    reads = bucket.environment
    return (
        bucket.key,
        bucket.checksum,
        type(reads),
        getattr(reads.autoescape, "__func__", reads.autoescape),  # a method of each Flask's own
        reads.undefined,
        reads.trim_blocks,
        reads.lstrip_blocks,
        reads.keep_trailing_newline,
        *reads.extensions,
    )
