"""`mailhub import …` and `mailhub export …`: archives in and out."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from mailhub.app.cli.arguments import Json, Slug

if TYPE_CHECKING:
    from mailhub.archives import Figures, Found

import_app = typer.Typer(help="Move archives in.", no_args_is_help=True)
export_app = typer.Typer(help="Move archives out.", no_args_is_help=True)
FEW = 400  # mails that are read before helpers would have started
PLAIN_LINE_EVERY = 1_000  # mails


@import_app.command("mbox")
def import_mbox(
    slug: Slug,
    files: Annotated[
        list[Path], typer.Argument(help="mboxes or Mailman 2's archive text, gzipped or not.")
    ],
    as_json: Json = False,
) -> None:
    """File every mail of some mboxes as a post. Mails nobody.

    Repeat it if it was interrupted, or with more files: what is there is not filed again."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.archives import Importing, Stack

    hub = opening.hub()
    with hub.database.reading() as session:
        community = membership.known_community(session, slug)
    began = time.monotonic()
    with Stack(files) as stack:
        importing = Importing(hub.database, hub.tools.blobs, hub.tools.site, community, clock())
        children = min(os.cpu_count() or 1, 2) if stack.found.mails > FEW else 0
        with closing(importing.run(stack, children)) as batches:
            _show(batches, stack.found.mails)
    summary = {
        **asdict(stack.found),
        **asdict(importing.figures),
        "seconds": round(time.monotonic() - began, 2),
    }
    if as_json:
        output.one(summary, as_json=True)
    else:
        print(_in_words(stack.found, importing.figures))
    for problem in importing.problems:
        print(f"mailhub import: {problem}", file=sys.stderr)
    if importing.figures.failed:
        raise typer.Exit(1)


@export_app.command("mbox")
def export_mbox(
    slug: Slug,
    to: Annotated[
        Path | None, typer.Option("--output", help="The file to write; else standard output.")
    ] = None,
) -> None:
    """Write every post's mail as it came, as an mbox (mboxrd)."""
    from mailhub import archives, membership
    from mailhub.app.cli import opening

    hub = opening.hub()
    with hub.database.reading() as session:
        community = membership.known_community(session, slug)
        with _whole(to) as out:
            for mail in archives.mails(session, community, hub.tools.site):
                out.write(mail)


@export_app.command("threads")
def export_threads(slug: Slug, as_json: Json = False) -> None:
    """Every thread in a line: its subject, and how many posts it has.

    With --json: its subject, and its posts with their parents."""
    from mailhub import archives, membership
    from mailhub.app.cli import opening

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug)
        for thread in archives.threads(session, community):
            if as_json:
                line = json.dumps(thread, ensure_ascii=False)
            else:
                line = f"{len(thread['posts'])}\t{thread['subject']}"
            sys.stdout.write(line + "\n")


@export_app.command("community")
def export_community(
    slug: Slug,
    to: Annotated[
        Path | None, typer.Option("--output", help="The file to write; else standard output.")
    ] = None,
) -> None:
    """Write a community as one tar.

    Settings, members with their addresses, posts, threads, documents with all their versions."""
    from mailhub import archives, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    hub = opening.hub()
    tools, aside = hub.tools, hub.settings.data_dir
    with hub.database.reading() as session:
        community = membership.known_community(session, slug)
        with _whole(to, mode=0o600) as out:
            archives.write(out, session, community, tools.blobs, tools.site, clock(), aside)


def _in_words(found: Found, figures: Figures) -> str:
    from mailhub import words

    said = words.table("moved-in")
    counted = {**asdict(found), **asdict(figures)}
    beside = [said[key] for key in ("present", "too_large", "failed") if counted[key]]
    return ", ".join([said["all"], *beside]).format(**counted)


def _show(batches: Iterable[Figures], total: int) -> None:
    """How far it has come: a bar on a terminal, else now and then a line."""
    if sys.stderr.isatty():
        _bar(batches, total)
        return
    said = 0
    for figures in batches:
        if figures.done >= said + PLAIN_LINE_EVERY:
            said = figures.done
            print(f"{said:,} of {total:,} mails, {figures.added:,} added", file=sys.stderr)


def _bar(batches: Iterable[Figures], total: int) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # No thread of its own: the children of an import are forks.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("", total=total)
        for figures in batches:
            progress.update(task, completed=figures.done, refresh=True)


@contextmanager
def _whole(path: Path | None, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """The file to write, which has its name only when all of it is there."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.touch(mode)
        with half.open("wb") as file:
            yield file
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
