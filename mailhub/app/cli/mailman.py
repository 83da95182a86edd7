"""`mailhub import mailman …`: a list of Mailman becomes a community."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailhub.app.cli.arguments import Json, Slug

if TYPE_CHECKING:
    from mailhub.archives.mailman import Subscriber


def mailman(
    slug: Slug,
    config: Annotated[
        Path | None,
        typer.Option(help="What `config_list -o` wrote, or the JSON of /3.1/lists/LIST/config."),
    ] = None,
    members: Annotated[
        Path | None,
        typer.Option(help="What `list_members --fullnames` or `mailman members` printed."),
    ] = None,
    digest: Annotated[Path | None, typer.Option(help="The same of who has digests.")] = None,
    no_mail: Annotated[Path | None, typer.Option(help="The same of who has no mail.")] = None,
    owners: Annotated[Path | None, typer.Option(help="The same of its owners.")] = None,
    moderators: Annotated[Path | None, typer.Option(help="The same of its moderators.")] = None,
    as_json: Json = False,
) -> None:
    """Make a Mailman list a community: its settings, members, who looks after it, who is banned. Mails
    nobody. Done again it adds who is new; its archive moves in by `import mbox`."""
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.archives import MailmanList, move_in
    from mailhub.archives import mailman as reading

    given = MailmanList(
        reading.config(config.read_bytes(), str(config)) if config else {},
        *(_people(file) for file in (members, digest, no_mail, owners, moderators)),
    )
    with opening.hub().database.writing() as session:
        done = move_in(session, slug, given, clock())
    output.one(done.told(), as_json=as_json)


def _people(file: Path | None) -> list[Subscriber]:
    from mailhub.archives import mailman as reading

    return reading.subscribers(file.read_bytes(), str(file)) if file else []
