"""`mailhub trail`: who changed what."""

from __future__ import annotations

from typing import Annotated

import typer

from mailhub.app.cli.arguments import Json


def trail(
    person: Annotated[str, typer.Option(help="An address: what they did, and what was done.")] = "",
    community: Annotated[str, typer.Option(help="A slug.")] = "",
    limit: Annotated[int, typer.Option(help="The last so many; 0 for all.", min=0)] = 100,
    as_json: Json = False,
) -> None:
    """Who changed what, when, and by which mail or as the operator; the earliest first."""
    from mailhub import membership
    from mailhub.app.cli import opening, output
    from mailhub.membership.trail import told, told_plainly

    with opening.hub().database.reading() as session:
        found = told(
            session,
            person_id=membership.who_has(session, person).id if person else None,
            community_id=membership.known_community(session, community).id if community else None,
            latest=limit,
        )
        output.rows(told_plainly(session, found), as_json=as_json)
