"""`mailhub doctor`: what a hub needs to live, looked at from here."""

from __future__ import annotations

import typer

from mailhub.app.cli.arguments import Json


def doctor(
    as_json: Json = False,
) -> None:
    """Look at all that the hub needs, and say what to do.

    Settings, disk, database, Redis, relay, DNS (MX, SPF, DKIM, DMARC), clock and workers.

    It changes nothing; the exit status is 1 where something has failed."""
    from mailhub import settings
    from mailhub.app import doctor as looks
    from mailhub.app.cli import output
    from mailhub.app.hub import clock, put_together

    found = list(looks.examine(put_together(settings.read()), clock()))
    rows = [{"health": one.health, "check": one.name, "said": one.said} for one in found]
    output.rows(rows, as_json=as_json)
    if any(one.health == "failed" for one in found):
        raise typer.Exit(1)
