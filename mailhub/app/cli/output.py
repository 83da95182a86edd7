"""How commands print: JSON where it is asked for, a table on a terminal, else tab-separated lines
that are never cut short."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any


def rows(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """One line a row; as JSON one array."""
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=_plain))
    elif found and sys.stdout.isatty():
        _table(found)
    else:
        for row in found:
            print("\t".join(_text(value) for value in row.values()))


def one(found: dict[str, Any], *, as_json: bool) -> None:
    """One thing, a line for each of its values."""
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=_plain))
    else:
        for name, value in found.items():
            print(f"{name}\t{_text(value)}")


def _table(found: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console  # only where somebody looks
    from rich.table import Table
    from rich.text import Text

    table = Table(*found[0])
    for row in found:
        table.add_row(*(Text(_text(value)) for value in row.values()))
    Console().print(table)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value)).replace("\t", " ").replace("\n", " ")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
