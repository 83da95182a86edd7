"""`mailhub queue …`: what waits, in and out."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from sqlalchemy import or_, select, update

from mailhub.app.waiting import figures
from mailhub.models import Delivery, Inbound, Outgoing

app = typer.Typer(help="What waits, in and out.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
POLL_SECONDS = 0.1


@app.command()
def status(as_json: Json = False) -> None:
    """How many mails and deliveries wait, are deferred, held or failed."""
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.reading() as session:
        output.one(figures(session, clock()), as_json=as_json)


@app.command()
def wait(timeout: Annotated[float, typer.Option(help="Seconds.")] = 60) -> None:
    """Wait until nothing is due now; exit status 1 when the time is up. Deferred deliveries and holds
    don't count."""
    from mailhub.app.cli import opening
    from mailhub.app.hub import clock

    hub = opening.hub()
    last = time.monotonic() + timeout
    while True:
        with hub.database.reading() as session:
            now = figures(session, clock())
        if not now["inbound_waiting"] and not now["deliveries_waiting"]:
            return
        if time.monotonic() >= last:
            raise typer.Exit(1)
        time.sleep(POLL_SECONDS)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Every delivery that is not sent, and every mail that could not be processed."""
    from mailhub.app.cli import opening, output

    with opening.hub().database.reading() as session:
        deliveries = session.execute(
            select(Delivery, Outgoing.message_id)
            .join(Outgoing)
            .where(Delivery.state.not_in(("sent", "covered")))
            .order_by(Delivery.id)
        )
        found = [
            {
                "id": f"d{d.id}",
                "state": d.state,
                "to": d.address,
                "message_id": message_id,
                "tries": d.tries,
                "due_at": d.due_at,
                "reason": d.reason,
            }
            for d, message_id in deliveries
        ]
        mails = session.scalars(select(Inbound).where(Inbound.state != "done").order_by(Inbound.id))
        found += [
            {
                "id": f"m{mail.id}",
                "state": mail.state,
                "to": ", ".join(mail.recipients),
                "message_id": mail.message_id,
                "tries": mail.tries,
                "due_at": mail.due_at,
                "reason": mail.problem,
            }
            for mail in mails
        ]
        output.rows(found, as_json=as_json)


@app.command()
def show(id: str, as_json: Json = False) -> None:
    """One delivery (d12) or one mail taken (m12)."""
    from mailhub.app.cli import opening, output
    from mailhub.membership import Unusable

    with opening.hub().database.reading() as session:
        kind, number = id[:1], id[1:]
        table = {"d": Delivery, "m": Inbound}.get(kind)
        row = session.get(table, int(number)) if table and number.isdigit() else None
        if row is None:
            raise Unusable("unknown-queue-id", id)
        shown = {c.name: getattr(row, c.name) for c in row.__table__.columns}
        shown.pop("mail_key", None)
        output.one(shown, as_json=as_json)


@app.command()
def retry(
    id: Annotated[
        str, typer.Argument(help="d12 or m12; all that are deferred or failed without.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make deferred and failed deliveries, and mails that could not be processed, due now."""
    from mailhub.app.cli import opening, output
    from mailhub.app.hub import clock

    with opening.hub().database.writing() as session:
        now = clock()
        deliveries = update(Delivery).where(Delivery.state.in_(("deferred", "failed")))
        mails = update(Inbound).where(
            or_(Inbound.state == "failed", Inbound.tries > 0), Inbound.state != "done"
        )
        counts = {}
        for kind, statement, table in (("d", deliveries, Delivery), ("m", mails, Inbound)):
            if id and id[:1] != kind:
                continue
            if id:
                statement = statement.where(table.id == (int(id[1:]) if id[1:].isdigit() else -1))
            state = "queued" if kind == "d" else "waiting"
            rows = session.execute(
                statement.values(state=state, due_at=now, tries=0)
                .returning(table.id)
                .execution_options(synchronize_session=False)
            )
            counts["deliveries" if kind == "d" else "mails"] = len(rows.all())
    output.one(counts, as_json=as_json)
