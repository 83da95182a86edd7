"""Pages: requests a second of one web process, beside the same web server sending fixed bytes.

    python -m benchmarks.pages [--posts N] [--communities N] [--seconds S] [--rounds N] [--json]

Up to 200 pages of a kind, each asked for once before the time begins. Two columns: as it is served, where
a page that has not changed is given again; and made anew for each request, from posts that are kept rendered. "Not
changed" is asked with the page's ETag, and answered without the page.
The client has a process of its own. Medians of the rounds. In brackets the 99th percentile in ms, at full load and
with half of the goal asked for. Of the goals: --posts 100000 --communities 550.
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


def load(port: int, paths: list[str], seconds: float, *options: str) -> dict[str, Any]:
    """Ask for these pages; RuntimeError where one was not given."""
    command = [sys.executable, "-m", "benchmarks.pages_client", str(port), str(seconds)]
    done = subprocess.run(
        [*command, str(CONNECTIONS), *options],
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
    """Every figure, the medians of the rounds."""
    taken: dict[str, list[float]] = {}
    slow: dict[str, list[float]] = {}
    memory = 0.0

    def note(name: str, counted: dict[str, Any]) -> None:
        taken.setdefault(name, []).append(counted["per_second"])
        slow.setdefault(name, []).append(counted["p99"])

    for _ in range(rounds):
        with serving(folder, "--forget") as (port, _pid):
            load(port, ["/"], 0.5)
            note("fixed bytes", load(port, ["/fixed"], seconds))
            for kind in KINDS:
                note(f"{kind}, made anew", load(port, pages[kind], seconds))
        with serving(folder) as (port, pid):
            for kind in KINDS:
                note(kind, load(port, pages[kind], seconds))
                half = load(port, pages[kind], seconds, str(GOALS[kind] / 2))
                note(f"{kind}, half the goal", half)
                note(f"{kind}, not changed", load(port, pages[kind], seconds, "ETAGS"))
            memory = _pss(pid)
    return {
        "per_second": {name: median(values) for name, values in taken.items()},
        "p99": {name: median(values) for name, values in slow.items()},
        "megabytes": memory,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--communities", type=int, default=110)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        pages = build(Path(name), chosen.posts, chosen.communities)
        figures = measure(Path(name), pages, chosen.seconds, chosen.rounds)
    if chosen.json:
        print(json.dumps(figures))
        return
    rate, slow = figures["per_second"], figures["p99"]
    limit = rate["fixed bytes"]
    print(
        f"pages, {chosen.posts:,} posts in {chosen.communities} communities; requests/s (p99 in ms)"
    )
    print(f"  fixed bytes   {limit:7.0f} ({slow['fixed bytes']:.0f})")
    for kind in KINDS:
        anew = f"{kind}, made anew"
        print(
            f"  {kind:13} {rate[kind]:7.0f} ({slow[kind]:.0f}), made anew {rate[anew]:6.0f}"
            f" ({slow[anew]:.0f}), {rate[anew] / limit:.2f} of the limit; goal {GOALS[kind]};"
            f" at half of it ({slow[f'{kind}, half the goal']:.0f});"
            f" not changed {rate[f'{kind}, not changed']:.0f}"
        )
    print(f"  memory        {figures['megabytes']:7.0f} MB (PSS)")


def _pss(pid: int) -> float:
    """Megabytes of a process, its share of what it shares (Linux)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
