"""`mailhub serve`, `mailhub migrate`."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    only: Annotated[
        str, typer.Option(help="Some of smtp,worker,scheduler,web, comma apart; all by default.")
    ] = "",
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
    Serving(put_together(settings.read()), roles).run()


def migrate() -> None:
    """Bring the database to this version."""
    from mailhub import migrations, settings
    from mailhub.app.hub import put_together

    migrations.upgrade(put_together(settings.read()).database)
