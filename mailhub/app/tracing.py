"""The trail of a mail: what became of it, as `mailhub trace` tells."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from mailhub.membership import Unusable
from mailhub.models import Community, Delivery, Hold, Inbound, Outcome, Outgoing, Post, Return
from mailhub.proof import from_kept


def told(session: Session, message_id: str) -> list[dict[str, Any]]:
    """What became of a mail, a line each in the order of time: received, held, posted, delivered to
    how many, returned by whom. Unusable where no mail of this id was taken or sent."""
    wanted = message_id.strip().strip("<>")
    found = [*_received(session, wanted), *_sent(session, wanted)]
    if not found:
        raise Unusable("unknown-message-id", wanted)
    return sorted(found, key=lambda line: str(line["at"]))


def _received(session: Session, message_id: str) -> list[dict[str, Any]]:
    posted = select(Post.inbound_id).where(
        or_(Post.message_id == message_id, Post.claimed_message_id == message_id)
    )
    lines: list[dict[str, Any]] = []
    for mail in session.scalars(
        select(Inbound)
        .where(or_(Inbound.message_id == message_id, Inbound.id.in_(posted)))
        .order_by(Inbound.id)
    ).all():
        lines.append(
            _line(mail.received_at, "received", f"mail m{mail.id} from <{mail.mail_from}>")
        )
        if mail.proof:
            lines.append(_line(mail.received_at, "believed", from_kept(mail.proof).told()))
        outcomes = session.scalars(select(Outcome).where(Outcome.inbound_id == mail.id))
        lines += [_line(o.at, o.what, o.recipient) for o in outcomes]
        held = session.execute(
            select(Hold, Community.slug).join(Community).where(Hold.inbound_id == mail.id)
        )
        for hold, slug in held:
            lines.append(_line(hold.held_at, "held", f"{slug}: {hold.reason}"))
            if hold.decided_at:
                lines.append(_line(hold.decided_at, hold.state, f"{slug}: by {hold.decided_by}"))
        if mail.problem:
            lines.append(_line(mail.due_at, f"{mail.state}, tries {mail.tries}", mail.problem))
    return lines


def _sent(session: Session, message_id: str) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            func.max(func.coalesce(Delivery.sent_at, Delivery.due_at)),
            Delivery.state,
            func.count(),
        )
        .join(Outgoing)
        .where(_of_mail(message_id))
        .group_by(Delivery.state)
        .order_by(Delivery.state)
    )
    lines = [_line(at, state, f"{count} recipients") for at, state, count in rows]
    back = session.scalars(
        select(Return)
        .join(Delivery, Delivery.id == Return.delivery_id)
        .join(Outgoing)
        .where(_of_mail(message_id))
        .order_by(Return.id)
    )
    return lines + [_line(one.at, "returned", _returned(one)) for one in back]


def _of_mail(message_id: str) -> ColumnElement[bool]:
    return or_(
        Outgoing.message_id == message_id,
        Outgoing.post_id.in_(select(Post.id).where(Post.claimed_message_id == message_id)),
    )


def _returned(one: Return) -> str:
    """By whom, and why."""
    how = " ".join(filter(None, (one.action, one.kind, one.status)))
    return ": ".join(filter(None, (one.address, how, one.reason)))


def _line(at: Any, what: str, detail: str) -> dict[str, Any]:
    return {
        "at": at.isoformat() if hasattr(at, "isoformat") else at,
        "what": what,
        "detail": detail,
    }
