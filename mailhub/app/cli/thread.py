"""`mailhub thread …`: discussions arranged after the fact. Mails nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailhub.app.cli.arguments import Json

if TYPE_CHECKING:
    from mailhub.models import Thread

app = typer.Typer(help="Close, pin, move, split and merge discussions.", no_args_is_help=True)
Named = Annotated[
    str, typer.Argument(help="A discussion: its number, its address, or a post of it.")
]


@app.command()
def close(thread: Named, as_json: Json = False) -> None:
    """Close a discussion: what goes on with it is held or refused, as the community wants it."""
    _turn("close", thread, as_json)


@app.command("open")
def open_(thread: Named, as_json: Json = False) -> None:
    """Open a closed discussion again."""
    _turn("open_again", thread, as_json)


@app.command()
def pin(thread: Named, as_json: Json = False) -> None:
    """Put a discussion above the others in the archive."""
    _turn("pin", thread, as_json)


@app.command()
def unpin(thread: Named, as_json: Json = False) -> None:
    """Take a discussion back to where its latest post puts it."""
    _turn("unpin", thread, as_json)


@app.command()
def move(
    thread: Named,
    slug: Annotated[str, typer.Argument(help="The community to move it to.")],
    as_json: Json = False,
) -> None:
    """Move a discussion to another community, with its papers. Its old addresses lead there."""
    from mailhub import arranging, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    hub = opening.hub()
    with hub.database.writing() as session:
        found = arranging.thread_of(session, thread)
        to = membership.known_community(session, slug)
        arranging.move(
            session, hub.tools.blobs, hub.tools.site, found, to, clock(), by=membership.OPERATOR
        )
        shown = _shown(session, found, changed=True)
    _print(shown, as_json)


@app.command()
def split(
    post: Annotated[str, typer.Argument(help="A post: its number, Message-ID or address.")],
    as_json: Json = False,
) -> None:
    """Begin a discussion of its own with a post and all that answers it."""
    from mailhub import arranging, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        found = arranging.post_of(session, post)
        new = arranging.split(session, found, clock(), by=membership.OPERATOR)
        shown = _shown(session, new, changed=True)
    _print(shown, as_json)


@app.command()
def merge(
    thread: Named,
    into: Annotated[str, typer.Argument(help="The discussion of which it becomes part.")],
    as_json: Json = False,
) -> None:
    """Make a discussion part of another in the same community."""
    from mailhub import arranging, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        found = arranging.thread_of(session, thread)
        whole = arranging.thread_of(session, into)
        arranging.merge(session, found, whole, clock(), by=membership.OPERATOR)
        shown = _shown(session, whole, changed=True)
    _print(shown, as_json)


def _turn(what: str, thread: str, as_json: bool) -> None:
    from mailhub import arranging, membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    turn: Callable[..., bool] = getattr(arranging, what)
    with opening.hub().database.writing() as session:
        found = arranging.thread_of(session, thread)
        changed = turn(session, found, clock(), by=membership.OPERATOR)
        shown = _shown(session, found, changed=changed)
    _print(shown, as_json)


def _shown(session: Any, thread: Thread, *, changed: bool) -> dict[str, Any]:
    from mailhub.models import Community

    return {
        "thread": thread.id,
        "community": session.get_one(Community, thread.community_id).slug,
        "subject": thread.subject,
        "posts": thread.post_count,
        "closed": thread.closed_at,
        "pinned": thread.pinned_at,
        "changed": changed,
    }


def _print(shown: dict[str, Any], as_json: bool) -> None:
    from mailhub.app.cli import output

    output.one(shown, as_json=as_json)
