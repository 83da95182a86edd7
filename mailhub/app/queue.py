"""What stands in the queue, by the ids that people type: d12 is a delivery, m12 a mail taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from mailhub.membership import Unusable
from mailhub.models import Delivery, Inbound, Outgoing, constant
from mailhub.outbox import IS_HELD, MAY_BE_DUE

# Each criterion is a query of its own, and finds its index.
_FAILED = Delivery.state == constant("failed")
_WAITING, _GIVEN_UP = (Inbound.state == constant(state) for state in ("waiting", "failed"))
_DEFERRED = and_(MAY_BE_DUE, Delivery.state == "deferred")
_PUT_OFF = and_(_WAITING, or_(Inbound.tries > 0, Inbound.begun > 0))
# By kind: the table, what one becomes that is tried again, and which are.
_RETRIED: dict[
    str, tuple[type[Delivery] | type[Inbound], dict[str, Any], tuple[ColumnElement[bool], ...]]
] = {
    "deliveries": (Delivery, {"state": "queued"}, (_DEFERRED, _FAILED)),
    "mails": (Inbound, {"state": "waiting", "begun": 0}, (_PUT_OFF, _GIVEN_UP)),
}


def listing(session: Session) -> list[dict[str, Any]]:
    """Every delivery that is not sent, and every mail that is not done."""
    deliveries = [
        row
        for criterion in (MAY_BE_DUE, IS_HELD, _FAILED)
        for row in session.execute(
            select(Delivery, Outgoing.message_id).join(Outgoing).where(criterion)
        )
    ]
    mails = [
        mail
        for criterion in (_WAITING, _GIVEN_UP)
        for mail in session.scalars(select(Inbound).where(criterion))
    ]
    return [
        {
            "id": f"d{delivery.id}",
            "state": delivery.state,
            "to": delivery.address,
            "message_id": message_id,
            "tries": delivery.tries,
            "due_at": delivery.due_at,
            "reason": delivery.reason,
        }
        for delivery, message_id in sorted(deliveries, key=lambda row: row[0].id)
    ] + [
        {
            "id": f"m{mail.id}",
            "state": mail.state,
            "to": ", ".join(mail.recipients),
            "message_id": mail.message_id,
            "tries": mail.tries,
            "due_at": mail.due_at,
            "reason": mail.problem,
        }
        for mail in sorted(mails, key=lambda mail: mail.id)
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
    counts: dict[str, int] = {}
    for kind, (table, fresh, criteria) in _RETRIED.items():
        if one and one[0] is not table:
            continue
        counts[kind] = 0
        for criterion in criteria:
            chosen = (
                update(table)
                .where(criterion, *([table.id == one[1]] if one else []))
                .values(due_at=now, tries=0, **fresh)
                .returning(table.id)
                .execution_options(synchronize_session=False)
            )
            counts[kind] += len(session.scalars(chosen).all())
    return counts


def _named(id: str) -> tuple[type[Delivery] | type[Inbound], int]:
    tables: dict[str, type[Delivery] | type[Inbound]] = {"d": Delivery, "m": Inbound}
    table = tables.get(id[:1])
    if table is None or not (id[1:].isascii() and id[1:].isdigit()) or len(id) > 18:
        raise Unusable("unknown-queue-id", id)
    return table, int(id[1:])
