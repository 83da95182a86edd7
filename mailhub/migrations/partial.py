"""Indexes over a part of a table's rows, which both databases have, each under a word of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text


def where(condition: str) -> dict[str, Any]:
    """For `op.create_index`: of which rows the index is. The models' word for it is `partial_index`."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
