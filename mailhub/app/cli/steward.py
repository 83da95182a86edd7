"""`mailhub steward …`: who decides on new communities."""

from __future__ import annotations

import typer

from mailhub.app.cli.arguments import Address, Json

app = typer.Typer(help="The platform's stewards, and what waits for them.", no_args_is_help=True)


@app.command()
def add(address: Address) -> None:
    """Add a steward, who is told so, and mailed what waits for a decision now."""
    from mailhub import addresses, commands, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.notes import Note

    hub = opening.hub()
    with hub.database.writing() as session:
        if membership.add_steward(session, address, clock()):
            told = Note("steward-added", addresses.fold(address), duty=True, automatic=False)
            waiting = commands.foundings_for(session, hub.tools.site, address, clock())
            opening.send(hub, session, [told, *waiting])


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All stewards: those of the settings, which stay, and those added since."""
    from mailhub import membership
    from mailhub.app.cli import opening, output

    hub = opening.hub()
    with hub.database.reading() as session:
        found = membership.stewards(session, hub.tools.stewards)
    output.rows(
        [{"address": one, "from_settings": one in hub.tools.stewards} for one in found],
        as_json=as_json,
    )


@app.command()
def remove(address: Address) -> None:
    """Take off a steward who was added; those of the settings are taken out there."""
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        if not membership.remove_steward(session, address, clock()):
            raise membership.Unusable("not-a-steward", address)


@app.command()
def waiting(as_json: Json = False) -> None:
    """The communities that somebody would like to found, the oldest first."""
    from mailhub import commands
    from mailhub.app.cli import opening, output

    hub = opening.hub()
    with hub.database.reading() as session:
        output.rows(commands.foundings_waiting(session, hub.tools.site), as_json=as_json)
