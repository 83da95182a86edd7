"""`mailhub feed …`: the news feeds that communities follow."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json, Slug

app = typer.Typer(help="Follow, drop and fetch news feeds.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The number that `feed list` prints.")]


@app.command("list")
def list_(
    slug: Annotated[str, typer.Argument(help="A community; all of them without one.")] = "",
    as_json: Json = False,
) -> None:
    """The feeds that are followed, when each is looked at next, and what is wrong with it."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.feeds import following

    with opening.hub().database.reading() as session:
        where = membership.known_community(session, slug).id if slug else None
        output.rows([asdict(one) for one in following.listing(session, where)], as_json=as_json)


@app.command()
def add(
    slug: Slug,
    url: Annotated[str, typer.Argument(help="A feed, or a page that has one.")],
    as_json: Json = False,
) -> None:
    """Follow what is at an address. The running hub fetches it within seconds, or `feed fetch` does."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.feeds import following

    with opening.hub().database.writing() as session:
        community = membership.known_community(session, slug)
        feed, is_new = following.follow(session, community, url, clock(), by=membership.OPERATOR)
        shown = {"number": feed.id, "community": slug, "url": url, "changed": is_new}
    output.one(shown, as_json=as_json)


@app.command()
def drop(number: Number, as_json: Json = False) -> None:
    """Follow a feed no longer; its headlines go."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.feeds import following

    with opening.hub().database.writing() as session:
        feed = following.known(session, number)
        following.drop(session, feed, clock(), by=membership.OPERATOR)
    output.one({"number": number, "changed": True}, as_json=as_json)


@app.command()
def fetch(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Feeds; all that are due without one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fetch feeds now, and print what came of each: new, unchanged, or the trouble's name."""
    from mailhub.app.cli import opening, output
    from mailhub.feeds import following
    from mailhub.notes import Desk

    hub = opening.hub()
    tools = hub.tools
    with hub.database.reading() as session:
        chosen = [following.known(session, one).source_id for one in numbers or ()]
    assert tools.rounds is not None
    desk = Desk(tools.site, tools.templates)
    results = tools.rounds.go(hub.database, desk, tools.stewards, chosen if numbers else None)
    with hub.database.reading() as session:
        rows = following.results(session, results)
    output.rows(rows, as_json=as_json)
