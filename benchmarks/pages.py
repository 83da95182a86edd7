"""Pages: requests a second of one web process, beside the same web server sending fixed bytes.

    python -m benchmarks.pages [--posts N] [--communities N] [--archive FOLDER] [--seconds S] [--rounds N] [--json]

Up to 200 pages of a kind, each asked for once before the time begins. Made anew: nothing of a page is given again but its posts
and rows, which are kept rendered under what they were made from; so it is after each commit. Kept: nothing was
committed, and the page is given again. Not changed: asked with its ETag, answered without the page.
Each also at half of the goal, for the 99th percentile (p99, ms). "ms" is the server's own processor time for a request.
The client has a process of its own, on another processor than the server where there are two. Medians of the rounds. Of the
goals: --posts 100000 --communities 550. An archive is built anew in the FOLDER unless it has one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages_archive import build

CONNECTIONS = 8
MOST = 200  # pages of a kind
KINDS = ("home", "community", "thread of 50", "message", "rare word", "common word")
GOALS = {"home": 600, "community": 600, "thread of 50": 300, "message": 800}
GOALS |= {"rare word": 500, "common word": 100}
SAID = ("per_second", "p99", "milliseconds")


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[int, int]]:
    """The server in a process of its own: (port, process id)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.pages_server", str(folder), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process.pid
    finally:
        process.stdin.close()
        process.wait(30)


def load(
    server: tuple[int, int], paths: list[str], seconds: float, *options: str
) -> dict[str, Any]:
    """Ask the server (port, process id) for these pages; RuntimeError where one was not given."""
    port, pid = server
    command = [sys.executable, "-m", "benchmarks.pages_client", str(port), str(pid)]
    done = subprocess.run(
        [*command, str(seconds), str(CONNECTIONS), *options],
        input="\n".join(paths[:MOST]),
        capture_output=True,
        text=True,
        check=True,
    )
    counted: dict[str, Any] = json.loads(done.stdout)
    if set(counted["statuses"]) - {"200", "304"}:
        raise RuntimeError(f"{paths[0]}: {counted['statuses']}")
    return counted


def measure(
    folder: Path, pages: dict[str, list[str]], seconds: float, rounds: int
) -> dict[str, Any]:
    """Every figure, the medians of the rounds, by its name and what was measured."""
    taken: dict[str, list[dict[str, float]]] = {}
    memory = 0.0

    def note(name: str, *asked: Any) -> None:
        taken.setdefault(name, []).append(load(*asked))

    for _ in range(rounds):
        with serving(folder, "--forget") as server:
            load(server, ["/"], 0.5)
            note("fixed bytes", server, ["/fixed"], seconds)
            for kind in KINDS:
                note(f"{kind}, anew", server, pages[kind], seconds)
                note(f"{kind}, anew, half", server, pages[kind], seconds, str(GOALS[kind] / 2))
        with serving(folder) as server:
            for kind in KINDS:
                note(f"{kind}, kept", server, pages[kind], seconds)
                note(f"{kind}, kept, half", server, pages[kind], seconds, str(GOALS[kind] / 2))
                note(f"{kind}, not changed", server, pages[kind], seconds, "ETAGS")
            memory = _pss(server[1])
    figures: dict[str, Any] = {
        name: {what: median(one[what] for one in some) for what in SAID}
        for name, some in taken.items()
    }
    return figures | {"megabytes": memory}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--communities", type=int, default=110)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder: Path = chosen.archive or Path(name)
        pages = _archive(folder, chosen.posts, chosen.communities)
        figures = measure(folder, pages, chosen.seconds, chosen.rounds)
    if chosen.json:
        print(json.dumps(figures))
        return
    posts, communities = f"{chosen.posts:,} posts", f"{chosen.communities} communities"
    print(f"pages, {posts} in {communities}; requests a second (p99 in ms)")
    limit = figures["fixed bytes"]
    print(f"  fixed bytes, the limit   {limit['per_second']:.0f} ({limit['p99']:.0f})")
    for kind in KINDS:
        anew, anew_half = figures[f"{kind}, anew"], figures[f"{kind}, anew, half"]
        kept, kept_half = figures[f"{kind}, kept"], figures[f"{kind}, kept, half"]
        print(
            f"  {kind:13} goal {GOALS[kind]}"
            f"; made anew {anew['per_second']:.0f} ({anew['p99']:.0f}), {anew['milliseconds']:.2f} ms"
            f", at half the goal ({anew_half['p99']:.0f})"
            f"; kept {kept['per_second']:.0f} ({kept['p99']:.0f})"
            f", at half the goal ({kept_half['p99']:.0f})"
            f"; not changed {figures[f'{kind}, not changed']['per_second']:.0f}"
        )
    print(f"  memory        {figures['megabytes']:.0f} MB (PSS)")


def _archive(folder: Path, posts: int, communities: int) -> dict[str, list[str]]:
    """The pages of the archive in a folder, which is built where there is none."""
    there = folder / "pages.json"
    if not there.exists():
        folder.mkdir(parents=True, exist_ok=True)
        there.write_text(json.dumps(build(folder, posts, communities)))
    pages: dict[str, list[str]] = json.loads(there.read_text())
    return pages


def _pss(pid: int) -> float:
    """Megabytes of a process, its share of what it shares (Linux)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
