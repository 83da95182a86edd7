"""`mailhub hold …`: held mail, decided by an operator."""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="List and decide what is held.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The number that `hold list` prints.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """What waits for a decision, the oldest first."""
    from mailhub import holds
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.rows(holds.waiting(session), as_json=as_json)


@app.command()
def show(id: Id, as_json: Json = False) -> None:
    """All that is known of one held mail, and everything that was said to it."""
    from mailhub import holds
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.one(holds.shown(session, id), as_json=as_json)


@app.command()
def approve(
    id: Id, subject: Annotated[str, typer.Option(help="Instead of the author's.")] = ""
) -> None:
    """Let a held mail through; it is posted by the running hub."""
    _decide(id, "edit" if subject else "approve", subject)


@app.command()
def reject(id: Id, reason: Annotated[str, typer.Argument(help="For the author.")] = "") -> None:
    """Never post a held mail, and tell its author why."""
    _decide(id, "reject", reason)


@app.command()
def discard(id: Id) -> None:
    """Never post a held mail. Its author is not told."""
    _decide(id, "discard")


@app.command()
def trust(id: Id) -> None:
    """Let a held mail through, and its author's later mail too, though they are no member."""
    _decide(id, "trust")


@app.command()
def ban(id: Id) -> None:
    """Never post a held mail, and take nothing more from its author."""
    _decide(id, "ban")


@app.command()
def forward(
    id: Id, address: Annotated[str, typer.Argument(help="A community's, or a person's.")]
) -> None:
    """Send a held mail on instead of posting it."""
    from mailhub import addresses
    from mailhub.membership import Unusable

    if not addresses.is_address(addresses.fold(address)):
        raise Unusable("bad-address", address)
    _decide(id, "forward", address)


def _decide(id: int, verb: str, argument: str = "") -> None:
    from mailhub import holds
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.holds import Came
    from mailhub.membership import Unusable
    from mailhub.process import moderating

    hub = opening.hub()
    with hub.database.writing() as session:
        holds.known_hold(session, id)
        by = holds.By("operator", "operator")
        came = holds.decide(session, id, verb, argument, clock(), by=by, at_once=True)
        if came == Came.LATE:
            raise Unusable("not-held", str(id))
        moderating.told(hub.tools, session, id, verb, argument, by, clock())
