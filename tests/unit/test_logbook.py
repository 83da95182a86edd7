"""What the relay took is known after its owner was killed, and a living owner is left alone."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from mailhub.logbook import Logbook, forget, left_behind

KILLED = """
import os, sys
from pathlib import Path
from mailhub.logbook import Logbook
book = Logbook(Path(sys.argv[1]), "host:1:ab")
with book.batch() as taken:
    taken(7)
with book.batch() as taken:
    taken(11)
    taken(12)
    os.kill(os.getpid(), 9)
"""


def test_a_killed_owner_leaves_what_was_not_yet_committed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert left_behind(tmp_path) == {"host:1:ab": {11, 12}}

    forget(tmp_path, ["host:1:ab"])
    assert left_behind(tmp_path) == {}


def test_a_living_owner_is_not_dead_and_one_that_closes_leaves_nothing(tmp_path: Path) -> None:
    book = Logbook(tmp_path, "host:2:cd")
    with book.batch() as taken:
        taken(1)
        assert left_behind(tmp_path) == {}
    assert left_behind(tmp_path) == {}
    book.close()
    assert list(tmp_path.iterdir()) == []


def test_what_was_noted_stays_while_any_batch_is_open(tmp_path: Path) -> None:
    book = Logbook(tmp_path, "host:3:ef")
    with book.batch() as taken:
        taken(1)
        with book.batch() as taken_too:
            taken_too(2)
        assert (tmp_path / "host:3:ef").read_bytes() == b"1\n2\n"
    assert (tmp_path / "host:3:ef").read_bytes() == b""


def test_half_a_line_and_what_a_power_cut_leaves_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "host:4:00").write_bytes(b"5\n\0\0\0\n6\n12")
    assert left_behind(tmp_path) == {"host:4:00": {5, 6}}
    assert left_behind(tmp_path / "none") == {}


def test_what_was_noted_in_a_batch_that_failed_stays_and_no_more(tmp_path: Path) -> None:
    book = Logbook(tmp_path, "host:5:aa")
    with suppress(ZeroDivisionError), book.batch() as taken:
        taken(1)
        raise ZeroDivisionError
    for number in range(2, 500):
        with book.batch() as taken:
            taken(number)
    assert (tmp_path / "host:5:aa").read_bytes() == b"1\n"
