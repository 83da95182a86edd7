"""`mailhub returns …`"""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Address, Json

app = typer.Typer(help="What came back, and the addresses it says are dying.", no_args_is_help=True)


@app.command("list")
def list_(
    slug: Annotated[str, typer.Argument(help="A community; all without.")] = "",
    as_json: Json = False,
) -> None:
    """Addresses that are paused, or of which something came back that still counts; the worst first."""
    from mailhub import membership, returns
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug) if slug else None
        found = returns.listing(session, clock(), community.id if community else None)
        output.rows(found, as_json=as_json)


@app.command()
def show(address: Address, as_json: Json = False) -> None:
    """What came back from one address, the newest first: hard or soft, why, what it counts."""
    from mailhub import returns
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.rows(returns.of_address(session, address), as_json=as_json)


@app.command()
def clear(address: Address) -> None:
    """Let an address get mail again, and forget what came back from it. Mails nobody."""
    from mailhub import returns
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        returns.clear(session, address, clock())
