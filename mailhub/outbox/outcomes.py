"""Outcomes: what the relay said of each delivery, and when one is tried again."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from mailhub.courier import Outcome, Refused, Sent
from mailhub.models import Delivery, Outgoing

GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321 4.5.4.1
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)

SENT = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sent",
        sent_at=bindparam("now"),
        owner="",
        lease_until=None,
        tries=Delivery.tries + 1,
    )
)


def record(
    session: Session, outcomes: Iterable[tuple[int, Outcome]], now: datetime, dice: random.Random
) -> None:
    """Keep what the relay said of each: all that were sent in one statement."""
    sent: list[int] = []
    rest: list[tuple[int, Outcome]] = []
    for delivery_id, outcome in outcomes:
        if isinstance(outcome, Sent):
            sent.append(delivery_id)
        else:
            rest.append((delivery_id, outcome))
    if sent:
        session.connection().execute(SENT, {"ids": sent, "now": now})
    if rest:
        _record_unsent(session, rest, now, dice)


def _record_unsent(
    session: Session, rest: list[tuple[int, Outcome]], now: datetime, dice: random.Random
) -> None:
    ids = [delivery_id for delivery_id, _ in rest]
    known = {
        row.id: row
        for row in session.execute(
            select(Delivery.id, Delivery.tries, Outgoing.created_at)
            .join(Outgoing, Outgoing.id == Delivery.outgoing_id)
            .where(Delivery.id.in_(ids))
        )
    }
    changes = []
    for delivery_id, outcome in rest:
        row = known.get(delivery_id)
        if row is None:
            continue  # whoever it went to was forgotten meanwhile
        over = isinstance(outcome, Refused) or now - row.created_at > GIVE_UP_AFTER
        changes.append(
            {
                "delivery": delivery_id,
                "new_state": "failed" if over else "deferred",
                "next": now + wait(row.tries, dice),
                "words": outcome.reply,
            }
        )
    if not changes:
        return
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == bindparam("delivery"))
        .values(
            state=bindparam("new_state"),
            due_at=bindparam("next"),
            reason=bindparam("words"),
            tries=Delivery.tries + 1,
            owner="",
            lease_until=None,
        ),
        changes,
    )


def wait(tries: int, dice: random.Random) -> timedelta:
    """How long until the next try: doubling from FIRST_WAIT to LONGEST_WAIT, a fifth of it by chance,
    so that a thousand copies do not come back in the same second."""
    seconds = min(FIRST_WAIT.total_seconds() * 2 ** min(tries, 20), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * dice.uniform(0.8, 1.2))
