"""The command line. `mailhub --help` is complete; every command that prints data takes --json.

Exit status: 0, 1 (it failed, one clear line on standard error), 2 (wrong usage).
"""

from __future__ import annotations

import gc
import sys
from typing import Annotated, Any

import typer

import mailhub
from mailhub.app.cli import (
    backup,
    blog,
    bulletin,
    community,
    digest,
    dkim,
    doctor,
    event,
    feed,
    hold,
    inspect,
    mailman,
    member,
    moves,
    own_data,
    post,
    queue,
    request,
    returns,
    running,
    steward,
    thread,
    trace,
    trail,
)

app = typer.Typer(
    name="mailhub",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"mailhub {mailhub.__version__}")
        raise typer.Exit


@app.callback()
def _begin(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_version)
    ] = False,
) -> None:
    """Communities of practice by email."""


app.command()(running.serve)
app.command()(running.sample)
app.command()(running.migrate)
app.command()(inspect.inspect)
app.command()(trace.trace)
app.command()(trail.trail)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
moves.import_app.command()(mailman.mailman)
member.app.command()(own_data.data)
member.app.command()(own_data.forget)
app.add_typer(community.app, name="community")
app.add_typer(member.app, name="member")
app.add_typer(steward.app, name="steward")
app.add_typer(hold.app, name="hold")
app.add_typer(thread.app, name="thread")
app.add_typer(event.app, name="event")
app.add_typer(post.app, name="post")
app.add_typer(blog.app, name="blog")
app.add_typer(feed.app, name="feed")
app.add_typer(request.app, name="request")
app.add_typer(moves.import_app, name="import")
app.add_typer(moves.export_app, name="export")
app.add_typer(digest.app, name="digest")
app.add_typer(bulletin.app, name="bulletin")
app.add_typer(queue.app, name="queue")
app.add_typer(returns.app, name="returns")
app.add_typer(dkim.app, name="dkim")


# Objects made before Python looks for garbage. Its own 700 has it look three times as long as it takes
# to read the tables of what people say to a hub.
COLLECT_AFTER = 10_000


def main() -> Any:
    """The entry point; what went wrong is said in one line."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        return app()
    except Exception as error:
        from mailhub.app.cli import failures  # heavy, and only needed now

        said = failures.said(error)
        if said is None:
            raise
        print(f"mailhub: {said}", file=sys.stderr)
        return 1
