"""`mailhub bulletin …`: what is said to everybody."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mailhub.app.cli.arguments import Json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from mailhub.app.hub import Hub
    from mailhub.models import Bulletin

app = typer.Typer(
    help="What is said to everybody: newsletters, and what stands at the top of digests.",
    no_args_is_help=True,
)


class Form(StrEnum):
    """A mail of its own to all, or a piece at the top of everybody's next digest."""

    NEWSLETTER = "newsletter"
    PIECE = "piece"


@app.command()
def write(
    form: Annotated[Form, typer.Argument(help="newsletter, or piece: at the top of digests.")],
    file: Annotated[
        typer.FileText, typer.Argument(help="Its words, plain text; - reads standard input.")
    ],
    subject: Annotated[str, typer.Option(help="What it is about.")],
    send: Annotated[bool, typer.Option("--send", help="Let it go, in fifteen minutes.")] = False,
    as_json: Json = False,
) -> None:
    """Show how a bulletin would read and to how many it would go; with --send, let it go."""
    from digests.bulletins import keeping, writing
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock
    from mailhub.membership import OPERATOR

    hub, now = opening.hub(), clock()
    with hub.database.writing() as session:
        bulletin = keeping.begin(
            session, form.value, subject, file.read(), now, state="asked", by=OPERATOR
        )
        said = {"form": form.value, "subject": bulletin.subject}
        if form == Form.NEWSLETTER:
            said["people"] = str(keeping.readers(session, now))
            text = writing.newsletter(hub.tools.templates, hub.tools.site, bulletin, "en")
        else:
            text = bulletin.text
        if send:
            keeping.queue(session, bulletin, now, by=OPERATOR)
            _tell(hub, session, bulletin, "bulletin-queued")
            said |= {"id": str(bulletin.id), "goes_at": f"{bulletin.goes_at:%Y-%m-%dT%H:%M:%SZ}"}
        else:
            session.rollback()
    output.one(said | {"text": text}, as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """The bulletins of late, the newest first."""
    from digests.bulletins import keeping
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        found = [
            {
                "id": one.id,
                "form": one.form,
                "state": one.state,
                "subject": one.subject,
                "asked_by": one.asked_by or "operator",
                "asked_at": one.asked_at,
                "goes_at": one.goes_at,
                "people": one.people,
            }
            for one in keeping.latest(session)
        ]
    output.rows(found, as_json=as_json)


@app.command()
def withdraw(bulletin_id: int) -> None:
    """Take a bulletin back: what has not gone out yet does not go."""
    from digests.bulletins import keeping
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock
    from mailhub.membership import OPERATOR, Unusable

    hub = opening.hub()
    with hub.database.writing() as session:
        bulletin = keeping.known(session, bulletin_id)
        if not keeping.withdraw(session, bulletin, clock(), by=OPERATOR):
            raise Unusable("not-withdrawn", str(bulletin_id))
        _tell(hub, session, bulletin, "bulletin-withdrawn")


def _tell(hub: Hub, session: Session, bulletin: Bulletin, template: str) -> None:
    """All stewards hear of it, and can take it back."""
    from digests.bulletins import telling
    from mailhub import membership
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    all_of_them = membership.stewards(session, hub.tools.stewards)
    opening.send(
        hub,
        session,
        list(telling.to_stewards(all_of_them, bulletin, template, "", clock())),
    )
