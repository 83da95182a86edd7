"""`mailhub request …`: who would like to join, decided by an operator."""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="List and decide who would like to join.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The number that `request list` prints.")]


@app.command("list")
def list_(
    as_json: Json = False,
) -> None:
    """Who waits to be let into a community, the oldest first."""
    from mailhub.app.cli import opening, output
    from mailhub.membership import requests

    with opening.hub().database.reading() as session:
        output.rows(
            [
                {
                    "id": request.id,
                    "community": slug,
                    "address": request.address,
                    "since": request.waiting_since,
                    "asked": ("facilitators", "organisers", "stewards")[min(request.told, 2)],
                }
                for request, slug in requests.waiting_to_join(session)
            ],
            as_json=as_json,
        )


@app.command()
def approve(id: Id) -> None:
    """Let somebody in; they and those who were asked are told."""
    _decide(id, "approve", "")


@app.command()
def decline(
    id: Id, reason: Annotated[str, typer.Option(help="What the person is told.")] = ""
) -> None:
    """Turn somebody down; they and those who were asked are told."""
    _decide(id, "reject", reason)


def _decide(id: int, word: str, reason: str) -> None:
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.commands import join_decisions
    from mailhub.membership import OPERATOR, Unusable, stewards
    from mailhub.models import Request

    hub = opening.hub()
    with hub.database.writing() as session:
        request = session.get(Request, id)
        if request is None or request.state != "waiting":
            raise Unusable("not-waiting", str(id))
        told = join_decisions.decide(
            session,
            request,
            word,
            "",
            clock(),
            by=OPERATOR,
            reason=reason,
            stewards=stewards(session, hub.tools.stewards),
        )
        opening.send(hub, session, told)
