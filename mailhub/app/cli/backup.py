"""`mailhub backup`, `mailhub restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    as_json: Json = False,
) -> None:
    """Write the database, the blobs and the keys to one file, while the hub runs."""
    from mailhub.app import backup as backups
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    hub = opening.hub()
    size = backups.back_up(hub.settings, hub.database, file, clock())
    output.one({"file": str(file), "octets": size}, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `mailhub backup` wrote.")],
) -> None:
    """Fill a hub that has nothing yet from a backup. Then run `mailhub migrate`, or `mailhub serve`."""
    from mailhub import settings
    from mailhub.app import backup as backups
    from mailhub.database import Database

    chosen = settings.read()
    chosen.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    backups.restore(chosen, Database(chosen.effective_database_url), file)
