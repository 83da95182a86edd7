"""`mailhub community …`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mailhub.app.cli.arguments import Json, Slug

app = typer.Typer(help="Found, show and set communities.", no_args_is_help=True)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="What stands before the @ of its address.")],
    name: Annotated[str, typer.Option(help="Its name, as people read it.")],
    visibility: Annotated[str, typer.Option(help="open, closed or secret")] = "open",
    joining: Annotated[str, typer.Option(help="open, approval or invitation")] = "open",
    closed: Annotated[
        bool, typer.Option("--closed", help="Closed, and joined by approval.")
    ] = False,
    parent: Annotated[str, typer.Option(help="The slug of the community that it is part of.")] = "",
    description: Annotated[str, typer.Option(help="What it is about, in a sentence.")] = "",
    as_json: Json = False,
) -> None:
    """Found a community."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    if closed:
        visibility, joining = "closed", "approval"
    hub = opening.hub()
    with hub.database.writing() as session:
        community = membership.found(
            session,
            slug,
            name,
            clock(),
            parent=parent,
            visibility=visibility,
            joining=joining,
            description=description,
        )
    output.one(_shown(hub, community), as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All communities with their figures, a part below what it is part of."""
    from sqlalchemy import func, select

    from mailhub.app.cli import opening, output
    from mailhub.membership import in_tree
    from mailhub.models import Community, Membership, Post

    hub = opening.hub()
    with hub.database.reading() as session:
        members = (
            select(func.count()).where(Membership.community_id == Community.id).scalar_subquery()
        )
        posts = select(func.count()).where(Post.community_id == Community.id).scalar_subquery()
        rows = session.execute(select(Community, members, posts).order_by(Community.slug)).all()
        found = in_tree(rows, of=lambda row: row[0])
        slugs = {row[0].id: row[0].slug for row in rows}
    output.rows(
        [
            {
                "slug": community.slug,
                "name": community.name,
                "parent": slugs.get(community.parent_id),
                "visibility": community.visibility,
                "joining": community.joining,
                "members": member_count,
                "posts": post_count,
            }
            for community, member_count, post_count in found
        ],
        as_json=as_json,
    )


@app.command()
def show(slug: Slug, as_json: Json = False) -> None:
    """One community with all its settings."""
    from mailhub import membership
    from mailhub.app.cli import opening, output

    hub = opening.hub()
    with hub.database.reading() as session:
        output.one(_shown(hub, membership.known_community(session, slug)), as_json=as_json)


@app.command("set")
def set_(
    slug: Slug,
    settings: Annotated[
        list[str],
        typer.Argument(
            help="KEY=VALUE, one or more, of what `community show` prints; KEY=@FILE reads a file."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Change settings of a community; all of them or, if one is wrong, none."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    pairs = [setting.partition("=") for setting in settings]
    if any(not equals for _, equals, _ in pairs):
        raise typer.BadParameter("write KEY=VALUE")
    hub = opening.hub()
    with hub.database.writing() as session:
        community = membership.known_community(session, slug)
        for key, _, value in pairs:
            words = _read(value[1:]) if value.startswith("@") else value
            membership.change(session, community, key.strip(), words.strip(), clock())
    output.one(_shown(hub, community), as_json=as_json)


def _read(file: str) -> str:
    return Path(file).read_text(encoding="utf-8-sig")


@app.command()
def retention(
    slug: Slug,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go, and from when on.")
    ] = False,
    as_json: Json = False,
) -> None:
    """End what a community keeps no longer, now rather than at night.

    Nothing goes before its facilitators have been told for a week."""
    from mailhub import membership, privacy
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    hub = opening.hub()
    now = clock()
    with hub.database.reading() as session:
        community = membership.known_community(session, slug)
        found = privacy.retention.due(session, community, now)
    said: dict[str, Any] = {
        "retention": community.retention,
        "before": found.before if found else None,
        "posts": found.posts if found else 0,
        "tombstones": found.tombstones if found else 0,
        "since": found.since if found else None,
    }
    if not dry_run:
        gone, standing = privacy.retention.enforce(
            hub.database, hub.tools.blobs, hub.tools.site, community.id, now
        )
        said |= {"gone": gone, "made_tombstones": standing}
    output.one(said, as_json=as_json)


def _shown(hub: Any, community: Any) -> dict[str, Any]:
    from mailhub.membership import setting, setting_names

    return {
        "slug": community.slug,
        "address": hub.tools.site.address(community.slug),
        "url": hub.tools.site.community_url(community.slug),
        **{key: setting(community, key) for key in setting_names()},
        "created_at": community.created_at,
    }
