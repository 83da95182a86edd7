"""`mailhub serve`, `mailhub migrate`, `mailhub sample`."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    only: Annotated[
        str, typer.Option(help="Some of smtp,worker,scheduler,web, comma apart; all by default.")
    ] = "",
    sample: Annotated[
        bool, typer.Option("--sample", help="Begin with sample communities, if there are none.")
    ] = False,
) -> None:
    """Run the hub: mail in, mail out and the pages, until it is told to stop."""
    from mailhub import settings
    from mailhub.app import logs
    from mailhub.app.hub import put_together
    from mailhub.app.serve import ROLES, Serving

    roles = [role.strip() for role in only.split(",") if role.strip()] or list(ROLES)
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(ROLES)}")
    logs.configure()
    on_ready = None
    if sample:
        from mailhub.app.sample import play

        on_ready = play
    Serving(put_together(settings.read()), roles).run(on_ready)


def sample(
    once: Annotated[
        bool, typer.Option("--once", help="Play the story, print what people received, and end.")
    ] = False,
) -> None:
    """Tell the story of the sample communities on the terminal, over real SMTP, in a hub of its own."""
    from mailhub.app.sample import tell

    raise typer.Exit(tell())


def migrate() -> None:
    """Bring the database to this version."""
    from mailhub import migrations, settings
    from mailhub.app.hub import put_together

    migrations.upgrade(put_together(settings.read()).database)
