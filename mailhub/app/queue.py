"""What stands in the queue, by the ids that people type: d12 is a delivery, m12 a mail taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from mailhub.membership import Unusable
from mailhub.models import Delivery, Inbound, Outgoing


def listing(session: Session) -> list[dict[str, Any]]:
    """Every delivery that is not sent, and every mail that is not done."""
    deliveries = session.execute(
        select(Delivery, Outgoing.message_id)
        .join(Outgoing)
        .where(Delivery.state.not_in(("sent", "covered")))
        .order_by(Delivery.id)
    )
    found = [
        {
            "id": f"d{delivery.id}",
            "state": delivery.state,
            "to": delivery.address,
            "message_id": message_id,
            "tries": delivery.tries,
            "due_at": delivery.due_at,
            "reason": delivery.reason,
        }
        for delivery, message_id in deliveries
    ]
    mails = session.scalars(select(Inbound).where(Inbound.state != "done").order_by(Inbound.id))
    return found + [
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


def shown(session: Session, id: str) -> dict[str, Any]:
    """All that is known of one of them; Unusable where there is none."""
    row = session.get(*_named(id))
    if row is None:
        raise Unusable("unknown-queue-id", id)
    columns = (column.name for column in row.__table__.columns)
    return {name: getattr(row, name) for name in columns if name != "mail_key"}


def make_due(session: Session, id: str, now: datetime) -> dict[str, int]:
    """Make one of them due now, or all that are deferred or failed; how many of each kind."""
    one = _named(id) if id else None
    deliveries = (
        update(Delivery)
        .where(Delivery.state.in_(("deferred", "failed")))
        .values(state="queued", due_at=now, tries=0)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    mails = (
        update(Inbound)
        .where(or_(Inbound.state == "failed", (Inbound.state == "waiting") & (Inbound.tries > 0)))
        .values(state="waiting", due_at=now, tries=0)
        .returning(Inbound.id)
        .execution_options(synchronize_session=False)
    )
    counts = {}
    if one is None or one[0] is Delivery:
        chosen = deliveries.where(Delivery.id == one[1]) if one else deliveries
        counts["deliveries"] = len(session.scalars(chosen).all())
    if one is None or one[0] is Inbound:
        chosen_mails = mails.where(Inbound.id == one[1]) if one else mails
        counts["mails"] = len(session.scalars(chosen_mails).all())
    return counts


def _named(id: str) -> tuple[type[Delivery] | type[Inbound], int]:
    tables: dict[str, type[Delivery] | type[Inbound]] = {"d": Delivery, "m": Inbound}
    table = tables.get(id[:1])
    if table is None or not (id[1:].isascii() and id[1:].isdigit()) or len(id) > 18:
        raise Unusable("unknown-queue-id", id)
    return table, int(id[1:])
