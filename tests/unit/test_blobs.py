"""Files by their hash: durable when put returns, kept once, never half."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailhub.blobs import Blobs, CannotKeep, NoSuchBlob

PAPER = b"%PDF-1.4 a paper"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_found_by_its_hash(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    sha256 = blobs.put(PAPER)
    assert sha256 == hashlib.sha256(PAPER).hexdigest()
    assert blobs.size(sha256) == len(PAPER)
    with blobs.open(sha256) as file:
        assert file.read() == PAPER


def test_the_same_bytes_are_kept_once_whoever_puts_them(tmp_path: Path) -> None:
    big = os.urandom(1_000_000)
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(Blobs(tmp_path).put, [big] * 40))
    assert len(names) == 1
    assert [path.stat().st_size for path in files(tmp_path)] == [1_000_000]


def test_a_file_that_was_cut_short_is_written_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = blobs.put(PAPER)
    (kept,) = files(tmp_path)
    kept.write_bytes(PAPER[:3])
    blobs.put(PAPER)
    with blobs.open(sha256) as file:
        assert file.read() == PAPER


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_opens_nothing(tmp_path: Path, name: str) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(NoSuchBlob):
        blobs.open(name)
    with pytest.raises(NoSuchBlob):
        blobs.size(name)


def test_bytes_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NoSuchBlob):
        Blobs(tmp_path).open("0" * 64)


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path: Path) -> None:
    # A limit on the size of files fails in the middle of a write, as a full disk does.
    script = """
import resource, signal, sys
from pathlib import Path
from mailhub.blobs import Blobs, CannotKeep
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    Blobs(Path(sys.argv[1])).put(b"x" * 200_000)
except CannotKeep as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True
    ).stdout
    assert str(tmp_path) in said
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(CannotKeep):
        Blobs(tmp_path / "blobs").put(PAPER)
