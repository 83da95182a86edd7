"""`mailhub member data` and `mailhub member forget`: what is held on a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mailhub.app.cli.arguments import Address, Json


def data(
    address: Address,
    output_folder: Annotated[
        Path | None,
        typer.Option("--output", help="A folder for the JSON and their posts as mboxes."),
    ] = None,
    as_json: Json = False,
) -> None:
    """All that is held on a person. Mails nobody."""
    from mailhub import membership, privacy
    from mailhub.app.cli import opening, output
    from mailhub.process import keeping

    hub = opening.hub()
    with hub.database.reading() as session:
        person = membership.who_has(session, address)
        held = keeping.held_on(hub.tools, session, person)
        if output_folder is None:
            output.one(held, as_json=as_json)
            return
        output_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = json.dumps(held, ensure_ascii=False, indent=2)
        (output_folder / "data.json").write_text(told, encoding="utf-8")
        for number, (_, mbox) in enumerate(privacy.mboxes(session, person), start=1):
            (output_folder / f"posts-{number}.mbox").write_bytes(mbox)


def forget(
    address: Address,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, say what would go.")] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="The words of their posts and their papers too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Forget a person: say what would go or, with --yes, have it gone. They get one last mail."""
    from dataclasses import asdict

    from mailhub import membership, privacy
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.membership import OPERATOR, requests
    from mailhub.process import keeping

    hub = opening.hub()
    with hub.database.writing() as session:
        person = membership.who_has(session, address)
        foreseen = [asdict(one) for one in privacy.foresee(session, person)]
        if not yes:
            output.rows(foreseen, as_json=as_json)
            return
        now = clock()
        request = requests.ask(session, "forget", address, now, person=person)
        privacy.begin(session, person, now, everything=everything, request=request, by=OPERATOR)
        request_id = request.id
    done = keeping.forget(hub.tools, request_id, clock())
    if done is None:  # the running hub goes on with it
        done = {"posts": None, "papers": None, "mails": None}
    output.one(done, as_json=as_json)
