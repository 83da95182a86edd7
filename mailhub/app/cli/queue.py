"""`mailhub queue …`"""

from __future__ import annotations

import time
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="What waits, in and out.", no_args_is_help=True)
POLL_SECONDS = 0.1


@app.command()
def status(as_json: Json = False) -> None:
    """How many mails and deliveries wait, are deferred, held or failed."""
    from mailhub.app import waiting
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.reading() as session:
        output.one(waiting.figures(session, clock()), as_json=as_json)


@app.command()
def wait(timeout: Annotated[float, typer.Option(help="Seconds.")] = 60) -> None:
    """Wait until nothing is due now; exit status 1 when the time is up.

    Deferred deliveries and holds don't count."""
    from mailhub.app import waiting
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    hub = opening.hub()
    last = time.monotonic() + timeout
    while True:
        with hub.database.reading() as session:
            now = waiting.figures(session, clock())
        if not now["inbound_waiting"] and not now["deliveries_waiting"]:
            return
        if time.monotonic() >= last:
            raise typer.Exit(1)
        time.sleep(POLL_SECONDS)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Every delivery that is not sent, and every mail that could not be processed."""
    from mailhub.app import queue
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.rows(queue.listing(session), as_json=as_json)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="A delivery (d12) or a mail taken (m12).")],
    as_json: Json = False,
) -> None:
    """All that is known of one delivery or one mail taken."""
    from mailhub.app import queue
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.one(queue.shown(session, id), as_json=as_json)


@app.command()
def retry(
    id: Annotated[
        str, typer.Argument(help="d12 or m12; all that are deferred or failed without.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make deferred and failed deliveries, and mails that could not be processed, due now."""
    from mailhub.app import queue
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        output.one(queue.make_due(session, id, clock()), as_json=as_json)
