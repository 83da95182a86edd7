"""How much a return counts against an address, and how much has come together.

A hard return (there is no such mailbox) counts HARD, a soft one (it is full, it does not answer) SOFT;
one a day at most. Half of it is forgotten each HALF_LIFE: an address is dying after three days of hard
returns or eleven of soft ones, and in a community with a post a month at the fourth.

Counts nothing, by name (`Return.excuse`):
unproven   no token of ours says that it is real
delayed    the mail may still arrive
again      this copy has been returned before
policy     our mail was refused (as spam, too large, by a rule), not the address
domain     much of its domain comes back: see `domains`
relay      the copy never came past our relay, whose words are not about the address
same-day   another return of today counts
arrived    a probe has arrived since
revived    its owner has written since, or an operator has cleared it
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from mailhub.models import Return
from mailhub.returns import domains

HARD, SOFT = 1.0, 0.25
DYING = 2.5
HALF_LIFE = timedelta(days=60)
REMEMBERED = timedelta(days=365)
ONE_A_DAY = timedelta(hours=20)
OUR_FAULT = frozenset(
    {"policy", "spam", "virus", "rate", "relaying", "sender_refused", "too_large"}
)


def weigh(session: Session, returned: Return) -> None:
    """Set what a proven return, not yet added to the session, counts; or why nothing."""
    returned.excuse = _excuse(session, returned)
    if not returned.excuse:
        returned.weight = HARD if returned.kind == "hard" else SOFT


def score(session: Session, address: str, now: datetime) -> float:
    """What has come together against a folded address, faded by its age."""
    rows = session.execute(
        select(Return.at, Return.weight).where(
            Return.address == address, Return.at > now - REMEMBERED, Return.weight > 0
        )
    )
    return round(float(sum(row.weight * faded(now - row.at) for row in rows)), 3)


def faded(age: timedelta) -> float:
    """The share of a return that is not forgotten yet."""
    return float(0.5 ** (max(age, timedelta(0)) / HALF_LIFE))


def forgive(session: Session, address: str, excuse: str, *, until: datetime) -> None:
    """From now on nothing that came back by `until` counts against an address."""
    session.execute(
        update(Return)
        .where(Return.address == address, Return.weight > 0, Return.at <= until)
        .values(weight=0.0, excuse=excuse)
        .execution_options(synchronize_session=False)
    )


def is_our_fault(cause: str, status: str) -> bool:
    """Whether our mail was refused and not the address (RFC 3463: x.7 is security and policy)."""
    return cause in OUR_FAULT or (not cause and status[2:4] == "7.")


def _excuse(session: Session, returned: Return) -> str:
    if returned.action == "delayed":
        return "delayed"
    counted = exists().where(Return.delivery_id == returned.delivery_id, Return.action == "failed")
    if session.scalar(select(counted)):
        return "again"
    if is_our_fault(returned.cause, returned.status):
        return "policy"
    if domains.in_trouble(session, returned):
        return "domain"
    today = exists().where(
        Return.address == returned.address,
        Return.at > returned.at - ONE_A_DAY,
        Return.weight > 0,
    )
    return "same-day" if session.scalar(select(today)) else ""
