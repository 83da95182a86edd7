"""Import: two years of a real list as Mailman 2's archive text, from the command to its end.

    python -m benchmarks.importing [--months N] [--rounds N] [--json]

The limit is a bare SQLite insert of the same mails, 200 in a commit, each commit on disk. The import
is `mailhub import mbox` in a process of its own, its start included; then the same once more, which
adds nothing. Disk is all that the hub keeps afterwards, a mail that is there; memory is the largest
of the import's processes. Medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from mailhub.archives import Stack
from mailhub.mbox import Mbox
from tests import twisted

COMMIT = 200
SLUG = "twisted"


@dataclass(frozen=True)
class Round:
    """One archive, moved in twice."""

    mails_per_second: float
    limit: float  # the same of bare inserts
    again_per_second: float
    cpu_microseconds: float  # of all its processes, each mail
    peak_megabytes: float
    kilobytes: float  # on disk, each post
    megabytes_by_table: dict[str, float]


def bare(files: list[Path], folder: Path) -> float:
    """Mails a second into one table."""
    with Stack(files) as stack:
        mails = [mail.raw for mail in stack]
    with sqlite3.connect(folder / "bare.db", isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)")
        began = time.perf_counter()
        for start in range(0, len(mails), COMMIT):
            database.execute("BEGIN IMMEDIATE")
            rows = [(raw,) for raw in mails[start : start + COMMIT]]
            database.executemany("INSERT INTO mail (raw) VALUES (?)", rows)
            database.execute("COMMIT")
    return len(mails) / (time.perf_counter() - began)


def imported(files: list[Path], folder: Path) -> Round:
    """One round; RuntimeError where a mail is missing."""
    _run(folder, "community", "create", SLUG, "--name", SLUG)
    first, seconds, used = _run(folder, "import", "mbox", SLUG, *map(str, files), "--json")
    again, seconds_again, _ = _run(folder, "import", "mbox", SLUG, *map(str, files), "--json")
    figures, repeated = json.loads(first), json.loads(again)
    count = figures["mails"]
    if count != _count(files) or figures["failed"] or repeated["present"] != count:
        raise RuntimeError(f"{figures} {repeated}")
    octets = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Round(
        mails_per_second=count / seconds,
        limit=0,
        again_per_second=count / seconds_again,
        cpu_microseconds=(used.ru_utime + used.ru_stime) / count * 1e6,
        peak_megabytes=used.ru_maxrss / 1024,
        kilobytes=octets / figures["added"] / 1024,
        megabytes_by_table=_tables(folder / "mailhub.db"),
    )


def measure(files: list[Path], rounds: int) -> Round:
    """The medians; bare inserts and import take turns."""
    taken: dict[str, list[Any]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            figures = asdict(imported(files, Path(one))) | {"limit": bare(files, Path(other))}
        for name, value in figures.items():
            taken.setdefault(name, []).append(value)
    tables = taken.pop("megabytes_by_table")[-1]
    medians = {name: median(values) for name, values in taken.items()}
    return Round(**medians, megabytes_by_table=tables)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        files = twisted.files()[: chosen.months]
    except pytest.skip.Exception as error:
        print(f"left out: {error.msg}")
        return
    found = measure(files, chosen.rounds)
    if chosen.json:
        print(json.dumps(asdict(found)))
        return
    print(f"import of {_count(files):,} mails; goal 400 mails/s, 20 KB a post")
    print(
        f"  import        {found.mails_per_second:7.0f} mails/s,"
        f" {found.mails_per_second / found.limit:.3f} of the limit;"
        f" {found.cpu_microseconds:.0f} µs CPU a mail, {found.peak_megabytes:.0f} MB"
    )
    print(f"  once more     {found.again_per_second:7.0f} mails/s, nothing added")
    print(f"  bare inserts  {found.limit:7.0f} mails/s")
    tables = ", ".join(f"{name} {size:.1f}" for name, size in found.megabytes_by_table.items())
    print(f"  disk          {found.kilobytes:7.1f} KB a post; the largest in MB: {tables}")


def _run(folder: Path, *words: str) -> tuple[str, float, Any]:
    """One command of `mailhub`: (what it printed, its seconds, what it used)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILHUB_")}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "mailhub", *words],
        env=kept | {"MAILHUB_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{words}: {process.returncode}")
    return said, time.perf_counter() - began, used


def _count(files: list[Path]) -> int:
    count = 0
    for path in files:
        with Mbox(path) as box:
            count += sum(1 for _ in box.spans())
    return count


def _tables(path: Path) -> dict[str, float]:
    """What takes the most space, with the indexes of each table; {} where SQLite cannot tell."""
    query = """
        SELECT tbl_name, sum(pgsize) / 1048576.0 FROM dbstat JOIN sqlite_master USING (name)
        GROUP BY tbl_name ORDER BY 2 DESC LIMIT 8
    """
    with sqlite3.connect(path) as database:
        try:
            return dict(database.execute(query).fetchall())
        except sqlite3.OperationalError:
            return {}


if __name__ == "__main__":
    main()
