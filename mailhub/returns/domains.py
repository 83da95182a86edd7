"""A domain in trouble: a broken server, a move gone wrong. Where a fifth of the addresses that we have
at a domain, three at least, return within a day, it is nobody's fault there, and nobody is scored for it,
nor for what has come back that day already.

It is over when for three days nothing has come back. What goes on for a fortnight is no trouble any more but the
end of the domain: from then on its returns count as any others.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mailhub.models import Address, Return, Trouble

WITHIN = timedelta(days=1)
LULL = timedelta(days=3)  # over a weekend nobody may post
LEAST = 3
SHARE = 0.2
LONGEST = timedelta(days=14)


def in_trouble(session: Session, returned: Return) -> bool:
    """Whether the domain of a proven return, not yet added to the session, is in trouble."""
    domain, now = returned.domain, returned.at
    known = session.get(Trouble, domain, with_for_update=True)
    if known is not None and now <= known.until:
        known.until = now + LULL
        return now - known.since <= LONGEST
    if not _is_much(session, domain, returned.address, now):
        return False
    session.merge(Trouble(domain=domain, since=now, until=now + LULL))
    session.execute(
        update(Return)
        .where(Return.domain == domain, Return.at > now - WITHIN, Return.weight > 0)
        .values(weight=0.0, excuse="domain")
        .execution_options(synchronize_session=False)
    )
    return True


def _is_much(session: Session, domain: str, address: str, now: datetime) -> bool:
    """Whether enough addresses, this one among them, have returned lately."""
    returned = set(
        session.scalars(
            select(Return.address)
            .where(
                Return.domain == domain,
                Return.at > now - WITHIN,
                Return.delivery_id.is_not(None),
                Return.action == "failed",
                Return.excuse.not_in(("policy", "again")),
            )
            .distinct()
        )
    )
    returned.add(address)
    if len(returned) < LEAST:
        return False
    there = session.scalar(
        select(func.count())
        .select_from(Address)
        .where(Address.address.endswith(f"@{domain}", autoescape=True))
    )
    return len(returned) >= SHARE * (there or 0)
