"""`mailhub event …`: the events of communities, for operators."""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json, Slug

app = typer.Typer(help="List events, show one, call one off.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The number that `event list` prints.")]


@app.command("list")
def list_(slug: Slug, as_json: Json = False) -> None:
    """The events of a community with their figures, the latest first."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.events import listing

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug)
        found = listing.of_community(session, community.id)
        output.rows([listing.row(session, one) for one in found], as_json=as_json)


@app.command()
def show(id: Id, as_json: Json = False) -> None:
    """All that is known of an event, and who comes."""
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.events import listing

    with opening.hub().database.reading() as session:
        event = listing.known_event(session, id)
        output.one(listing.shown(session, event, clock()), as_json=as_json)


@app.command()
def cancel(id: Id) -> None:
    """Call an event off. Its author, and all who were invited and have not declined, are told."""
    from mailhub import notes
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.events import applying, changing, listing
    from mailhub.events.proposing import Proposed
    from mailhub.events.writing import Scene
    from mailhub.membership import Unusable
    from mailhub.models import Community
    from mailhub.notes import Desk

    hub = opening.hub()
    site = hub.tools.site
    desk = Desk(site, hub.tools.templates)
    with hub.database.writing() as session:
        event = listing.known_event(session, id)
        community = session.get_one(Community, event.community_id)
        here = Scene(session, site, community, clock())
        changed = applying.apply(here, desk, event, Proposed("CANCEL"), None)
        if not changed.what:
            raise Unusable("event-cancelled", str(id))
        notes.send(session, desk, changing.told(here, event, changed, 0), here.now)
