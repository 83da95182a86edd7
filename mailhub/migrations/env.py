"""Alembic calls this; the connection is handed over by `mailhub.migrations.upgrade`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime

import mailhub.blog.tables
import mailhub.events.tables
import mailhub.feeds.tables
import mailhub.library.tables  # noqa: F401  these tables belong to the same metadata
from mailhub.models import Base
from mailhub.models.base import Moment


def _is_ours(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    # The full-text index is the migrations' alone: on SQLite the table `search_words` with the shadow
    # tables that FTS5 keeps beside it, on PostgreSQL a column of this name and its index.
    return not (name or "").startswith(("search_words", "ix_search_words"))


def _render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if isinstance(thing, Moment) else False


def _same_type(_c: Any, _i: Any, _m: Any, inspected: Any, ours: Any) -> bool | None:
    return False if isinstance(ours, Moment) and isinstance(inspected, DateTime) else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=_is_ours,
    render_item=_render,
    compare_type=_same_type,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
