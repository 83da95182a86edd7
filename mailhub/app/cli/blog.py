"""`mailhub blog …`: the entries of communities' blogs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json, Slug

app = typer.Typer(help="List, show and remove blog entries.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The number that `blog list` prints.")]


@app.command("list")
def list_(slug: Slug, as_json: Json = False) -> None:
    """The entries of a community's blogs, the latest first."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.blog import showing

    with opening.hub().database.reading() as session:
        community = membership.known_community(session, slug)
        found = showing.listing(session, community.id)
        output.rows([asdict(one) for one in found], as_json=as_json)


@app.command()
def show(number: Number, as_json: Json = False) -> None:
    """One entry with its words, its comments, and how many follow its author."""
    from mailhub.app.cli import opening, output
    from mailhub.blog import showing

    with opening.hub().database.reading() as session:
        output.one(showing.whole(session, number), as_json=as_json)


@app.command()
def remove(number: Number, as_json: Json = False) -> None:
    """Take an entry's words out of the archive. What was mailed cannot be called back."""
    _turn(number, as_json, is_removed=True)


@app.command()
def restore(number: Number, as_json: Json = False) -> None:
    """Give a removed entry its words and papers back."""
    _turn(number, as_json, is_removed=False)


def _turn(number: int, as_json: bool, *, is_removed: bool) -> None:
    from mailhub import arranging, membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.blog import showing

    hub, by = opening.hub(), membership.OPERATOR
    with hub.database.writing() as session:
        post = showing.entry(session, number)
        if is_removed:
            changed = arranging.remove(session, post, clock(), by=by)
        else:
            changed = arranging.restore(
                session, hub.tools.blobs, hub.tools.site, post, clock(), by=by
            )
        shown = {"number": number, "post": post.id, "gone": post.gone, "changed": changed}
    output.one(shown, as_json=as_json)
