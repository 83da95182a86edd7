"""Members as CSV: address,name,organisation,role,delivery."""

from __future__ import annotations

import csv
import sys
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

COLUMNS = ("address", "name", "organisation", "role", "delivery")
MAX_ROWS = 100_000


def read(file: str) -> list[tuple[int, dict[str, Any]]]:
    """(line number, columns that are not empty) of each row of a file; - is standard input. Unusable
    where it is not such a table."""
    from mailhub.membership import Unusable

    try:
        if file == "-":
            return _rows(sys.stdin)
        with Path(file).open(encoding="utf-8-sig", newline="") as lines:
            return _rows(lines)
    except UnicodeDecodeError:
        raise Unusable("csv-not-utf8", file) from None


def _rows(lines: TextIO) -> list[tuple[int, dict[str, Any]]]:
    from mailhub.membership import Unusable

    head = lines.readline()
    # Excel writes semicolons where people write a comma in numbers.
    mark = ";" if ";" in head and "," not in head else ","
    reader = csv.DictReader(chain((head,), lines), delimiter=mark)
    # A byte order mark stands in front where standard input is an Excel export.
    names = [(name or "").strip("\ufeff \t").lower() for name in reader.fieldnames or ()]
    if "address" not in names or set(names) - set(COLUMNS):
        raise Unusable("csv-columns", ",".join(names)[:200])
    reader.fieldnames = names
    rows = []
    for row in reader:
        values = {k: v.strip() for k, v in row.items() if k in COLUMNS and v and v.strip()}
        if "address" in values:
            rows.append((reader.line_num, values))
        if len(rows) > MAX_ROWS:
            raise Unusable("csv-rows", str(MAX_ROWS))
    return rows
