"""`mailhub trace`"""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json


def trace(
    message_id: Annotated[str, typer.Argument(help="With or without angle brackets.")],
    as_json: Json = False,
) -> None:
    """Say what became of a mail: received, held, posted, delivered to how many."""
    if not message_id.strip("<> "):
        raise typer.BadParameter("write a Message-ID")
    from mailhub.app import tracing
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        output.rows(tracing.told(session, message_id), as_json=as_json)
