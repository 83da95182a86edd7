"""What operators see of returns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.models import Address, Ailing, Membership, Return
from mailhub.returns import weighing

_COLUMNS = ("at", "action", "kind", "status", "cause", "reason", "weight", "excuse", "effect")


def listing(
    session: Session, now: datetime, community_id: int | None = None
) -> list[dict[str, Any]]:
    """The addresses of which something has come back that still counts, or that are paused; the worst
    first. Of one community, or of all."""
    recent = (
        select(Return.address)
        .where(Return.at > now - weighing.REMEMBERED, Return.weight > 0)
        .distinct()
    )
    statement = (
        select(Address, Ailing.probed_at)
        .outerjoin(Ailing, Ailing.address_id == Address.id)
        .where(Address.paused_at.is_not(None) | Address.address.in_(recent))
    )
    if community_id is not None:
        members = select(Membership.person_id).where(Membership.community_id == community_id)
        statement = statement.where(Address.person_id.in_(members))
    found = [
        _line(session, address, probed_at, now) for address, probed_at in session.execute(statement)
    ]
    return sorted(
        found, key=lambda line: (line["paused_at"] is None, -line["score"], line["address"])
    )


def of_address(session: Session, address: str, limit: int = 50) -> list[dict[str, Any]]:
    """The last returns of one address, the newest first."""
    rows = session.scalars(
        select(Return)
        .where(Return.address == addresses.fold(address))
        .order_by(Return.at.desc(), Return.id.desc())
        .limit(limit)
    )
    return [{name: getattr(row, name) for name in _COLUMNS} for row in rows]


def counts(session: Session, since: datetime) -> dict[str, int]:
    """How much came back since then: hard, soft, refused for what our mail is, delayed, complained;
    unproven whatever it says."""
    kind = case(
        (Return.excuse == "unproven", "unproven"),
        (Return.excuse == "policy", "refused"),
        (Return.action == "failed", Return.kind),
        else_=Return.action,
    ).label("kind")
    rows = session.execute(select(kind, func.count()).where(Return.at >= since).group_by("kind"))
    found = dict.fromkeys(("hard", "soft", "refused", "delayed", "complained", "unproven"), 0)
    return found | {name: number for name, number in rows}  # noqa: C416 (rows, no pairs)


def paused(session: Session) -> int:
    """To how many addresses nothing is sent any more."""
    return session.scalar(select(func.count()).where(Address.paused_at.is_not(None))) or 0


def _line(
    session: Session, address: Address, probed_at: datetime | None, now: datetime
) -> dict[str, Any]:
    last = of_address(session, address.address, limit=1)
    return {
        "address": address.address,
        "score": round(weighing.score(session, address.address, now), 2),
        "probed_at": probed_at,
        "paused_at": address.paused_at,
        "last_at": last[0]["at"] if last else None,
        "kind": last[0]["kind"] if last else "",
        "status": last[0]["status"] if last else "",
        "reason": last[0]["reason"] if last else "",
    }
