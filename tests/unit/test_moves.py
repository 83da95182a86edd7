"""`mailhub import` and `mailhub export`, as an operator runs them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from mailhub.mbox import Mbox
from tests import twisted
from tests.shell import Ran, Shell


class Operator:
    """Runs `mailhub` over a hub of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shell = Shell(folder / "var")

    def runs(self, *words: str | Path, status: int = 0) -> Ran:
        ran = self._shell.run(*words)
        assert ran.returncode == status, ran.stderr
        return ran

    def starts(self, *words: str | Path) -> subprocess.Popen[str]:
        """The same in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "mailhub", *map(str, words)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "MAILHUB_DATA_DIR": str(self.folder / "var")},
            stderr=subprocess.PIPE,
            text=True,
        )

    def imports(self, slug: str, *files: Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.runs("import", "mbox", slug, *files, "--json").stdout
        )
        return found

    def threads(self, slug: str) -> list[str]:
        return self.runs("export", "threads", slug, "--json").stdout.splitlines()


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    founded = Operator(tmp_path)
    for slug in ("one", "two"):
        founded.runs("community", "create", slug, "--name", slug)
    return founded


MAILS = b"".join(
    f"From jane@leeds.example Sat Jan  3 0{hour}:00:00 2009\nFrom: Jane <jane@leeds.example>\n"
    f"Subject: Bins\nMessage-ID: <{hour}@leeds.example>\n"
    f"{f'In-Reply-To: <{hour - 1}@leeds.example>' if hour % 3 else 'X: y'}\n\nwords\n\n".encode()
    for hour in range(6)
)


def test_in_twice_out_and_in_again(operator: Operator) -> None:
    box = operator.folder / "bins.mbox.gz"
    box.write_bytes(gzip.compress(MAILS))
    told = operator.runs("import", "mbox", "one", box)
    assert told.stdout == "6 mails in 1 files: 6 added\n"
    figures = operator.imports("one", box)
    assert (figures["mails"], figures["added"], figures["present"]) == (6, 0, 6)

    lines = operator.threads("one")
    assert [json.loads(line) for line in lines] == [
        {
            "subject": "Bins",
            "posts": [
                {"message_id": f"{first}@leeds.example", "parent": None},
                {"message_id": f"{first + 1}@leeds.example", "parent": f"{first}@leeds.example"},
                {"message_id": f"{first + 2}@leeds.example", "parent": f"{first + 1}@leeds.example"},
            ],
        }
        for first in (0, 3)
    ]  # fmt: skip
    assert operator.runs("export", "threads", "one").stdout == "3\tBins\n3\tBins\n"
    out = operator.folder / "out.mbox"
    operator.runs("export", "mbox", "one", "--output", out)
    assert out.read_bytes() == MAILS
    assert operator.runs("export", "mbox", "one").stdout.encode() == MAILS
    operator.imports("two", out)
    assert operator.threads("two") == lines
    assert "imported" in operator.runs("trace", "3@leeds.example").stdout
    assert '"deliveries_waiting": 0' in operator.runs("queue", "status", "--json").stdout


def test_what_cannot_be_done_is_said_in_a_line_and_changes_nothing(operator: Operator) -> None:
    good, bad = operator.folder / "good.mbox", operator.folder / "bad.mbox"
    good.write_bytes(MAILS)
    bad.write_bytes(b"Subject: a mail alone\n\nwords\n")
    for words, named in (
        (("one", good, bad), "bad.mbox"),
        (("one", good, operator.folder / "missing.mbox"), "missing.mbox"),
        (("one", good, operator.folder), str(operator.folder)),
        (("nobody", good), "nobody"),
    ):
        ran = operator.runs("import", "mbox", *words, status=1)
        (line,) = ran.stderr.splitlines()
        assert line.startswith("mailhub: ")
        assert named in line
        assert not ran.stdout
    for what in ("mbox", "threads", "community"):
        (line,) = operator.runs("export", what, "nobody", status=1).stderr.splitlines()
        assert "nobody" in line
    operator.runs("export", "mbox", "one", "--output", "/nowhere/out.mbox", status=1)
    assert operator.threads("one") == []
    operator.runs("import", "mbox", "one", status=2)


def with_paper(number: int, note: str, content: bytes) -> bytes:
    """A mail that brings a paper, as an mbox."""
    return (
        f"From jane@leeds.example Sat Jan  3 0{number}:00:00 2009\nFrom: Jane <jane@leeds.example>\n"
        f"Subject: Rates {number}\nMessage-ID: <rates{number}@leeds.example>\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\n{note}\n'
        '--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename="Rates 2009.csv"\n\n'
    ).encode() + content + b"\n--b--\n\n"  # fmt: skip


def test_a_whole_community_goes_into_one_file_and_into_another_community(
    operator: Operator,
) -> None:
    operator.runs("community", "set", "one", "welcome=Dear all", "visibility=closed")
    operator.runs("member", "add", "one", "jane@leeds.example", "--name", "Jane Doe, MA")
    operator.runs("member", "add", "one", "tom@cardiff.example", "--delivery", "weekly")
    box = operator.folder / "papers.mbox"
    papers = [b"area,rate\n" + b"Leeds,%d\n" % number * 40 for number in (44, 45)]
    first, second = (with_paper(n, f"Number {n}", paper) for n, paper in enumerate(papers, 1))
    box.write_bytes(MAILS + first + second)
    operator.imports("one", box)
    whole = operator.folder / "one.tar"
    operator.runs("export", "community", "one", "--output", whole)
    assert whole.stat().st_mode & 0o777 == 0o600

    out = operator.folder / "out"
    with tarfile.open(whole) as tar:
        tar.extractall(out, filter="data")
    here = out / "one"
    settings = json.loads((here / "settings.json").read_text())
    assert (settings["visibility"], settings["welcome"]) == ("closed", "Dear all")
    versions = [json.loads(line) for line in (here / "documents.jsonl").read_text().splitlines()]
    assert [one["version"] for one in versions] == [1, 2]
    assert {one["filename"] for one in versions} == {"Rates 2009.csv"}
    for version, paper in zip(versions, papers, strict=True):
        content = (here / version["file"]).read_bytes()
        assert content == paper
        assert hashlib.sha256(content).hexdigest() == version["sha256"]

    # What is in it goes into another community, from which the same comes out.
    known = ("name", "slug", "parent", "founded")
    said = [f"{key}={value}" for key, value in settings.items() if key not in known]
    operator.runs("community", "set", "two", *said)
    operator.runs("member", "import", "two", here / "members.csv")
    operator.imports("two", here / "posts.mbox")
    again = operator.folder / "two.tar"
    operator.runs("export", "community", "two", "--output", again)
    with tarfile.open(again) as tar:
        for name in ("members.csv", "posts.mbox", "threads.jsonl"):
            file = tar.extractfile(f"two/{name}")
            assert file is not None
            assert file.read() == (here / name).read_bytes()


def test_an_import_that_was_killed_is_simply_repeated(operator: Operator) -> None:
    box = operator.folder / "list.mbox"
    box.write_bytes(b"".join(twisted.mails(1_200)))
    running = operator.starts("import", "mbox", "one", box)
    children: list[int] = []
    database = operator.folder / "var/mailhub.db-wal"
    before = database.stat().st_size if database.exists() else 0
    for _ in range(6_000):
        children = [*children, *_children(running.pid)]
        if database.exists() and database.stat().st_size > before + 400_000:
            break
        assert running.poll() is None
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    interrupted = len(operator.threads("one"))
    figures = operator.imports("one", box)
    assert figures["present"] > 0, "what was filed before is not filed again"
    assert figures["added"] > 0, "it was killed in the middle"
    assert interrupted < len(operator.threads("one"))
    with Mbox(box) as opened:
        assert figures["mails"] == len(list(opened.spans()))
    operator.imports("two", box)
    assert operator.threads("one") == operator.threads("two")
    assert not [pid for pid in set(children) if Path(f"/proc/{pid}/exe").exists()]


def _children(pid: int) -> list[int]:
    try:
        return [int(i) for i in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []
