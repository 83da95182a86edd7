"""`mailhub hold …`: held mail, decided by an operator."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="List and decide what is held.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The number that `hold list` prints.")]


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What waits for a decision, the oldest first."""
    from mailhub import holds
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.rows(holds.waiting(session), as_json=as_json)


@app.command()
def approve(id: Id) -> None:
    """Let a held mail through; it is posted by the running hub."""
    _decide(id, "approved")


@app.command()
def discard(id: Id) -> None:
    """Never post a held mail. Its author is not told."""
    _decide(id, "discarded")


def _decide(id: int, state: str) -> None:
    from mailhub import holds
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.membership import Unusable

    with opening.hub().database.writing() as session:
        if not holds.decide(session, id, state, by="operator", now=clock()):
            raise Unusable("not-held", str(id))
