"""`mailhub post …`: posts removed and restored after the fact. Mails nobody."""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json

app = typer.Typer(help="Remove and restore posts.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(help="A post: its number, Message-ID or address.")]


@app.command()
def remove(post: Named, as_json: Json = False) -> None:
    """Take a post's words out of the archive. What was mailed cannot be called back."""
    _turn(post, as_json, is_removed=True)


@app.command()
def restore(post: Named, as_json: Json = False) -> None:
    """Give a removed post its words and papers back."""
    _turn(post, as_json, is_removed=False)


def _turn(named: str, as_json: bool, *, is_removed: bool) -> None:
    from mailhub import arranging, membership
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    hub, by = opening.hub(), membership.OPERATOR
    with hub.database.writing() as session:
        post = arranging.post_of(session, named)
        if is_removed:
            changed = arranging.remove(session, post, clock(), by=by)
        else:
            changed = arranging.restore(
                session, hub.tools.blobs, hub.tools.site, post, clock(), by=by
            )
        shown = {"post": post.id, "message_id": post.message_id, "gone": post.gone}
    output.one({**shown, "changed": changed}, as_json=as_json)
