"""Links to sign in: to whom one is mailed, and how often.

Anybody can ask for one in the name of a member. So links are bounded for each address; and so that those who
ask in a member's name do not use up what the member needs, a browser in which the member signed in before has
an allowance of its own, and a bound that is met ends after half a minute, or half an hour.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership, notes
from mailhub.addresses import fold
from mailhub.models import Address, SignIn
from mailhub.notes import Desk, Note

LASTS = timedelta(minutes=20)
AT_ONCE = 5  # in TEN_MINUTES; then one every WAIT
TEN_MINUTES = timedelta(minutes=10)
WAIT = timedelta(seconds=30)
MOST_A_DAY = 40  # then one every LONG_WAIT
LONG_WAIT = timedelta(minutes=30)
DAY = timedelta(days=1)


def may_go(made: Sequence[datetime], now: datetime) -> datetime:
    """When the next link may be mailed to an address that got these in the last day, the earliest first."""
    lately = sum(one > now - TEN_MINUTES for one in made)
    if lately < AT_ONCE and len(made) < MOST_A_DAY:
        return now
    wait = WAIT if len(made) < MOST_A_DAY else LONG_WAIT
    return max(now, made[-1] + wait)


def invite(
    session: Session,
    desk: Desk,
    address: str,
    browser: str,
    now: datetime,
    *,
    known_browser: bool = False,
    stewards: Sequence[str] = (),
) -> datetime | None:
    """Mail a link for this browser to a person's address. None where that is done, or where nobody has this
    address; else when it may be tried again. One of the `stewards`, of the settings or added since, who is in no
    community becomes a person by asking."""
    folded = fold(address)
    # Of two processes that are asked at once the second sees what the first has sent.
    row = session.scalar(select(Address).where(Address.address == folded).with_for_update())
    if row is None:
        if folded not in membership.stewards(session, stewards):
            return None
        membership.person_at(session, folded, now)
        row = session.scalars(select(Address).where(Address.address == folded)).one()
    made = session.scalars(
        select(SignIn.made_at)
        .where(
            SignIn.address == folded,
            SignIn.made_at > now - DAY,
            SignIn.known_browser.is_(known_browser),
        )
        .order_by(SignIn.made_at)
    ).all()
    due = may_go(made, now)
    if due > now:
        return due
    secret = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            link=hashed(secret),
            browser=hashed(browser),
            address=folded,
            person_id=row.person_id,
            known_browser=known_browser,
            made_at=now,
            ends_at=now + LASTS,
        )
    )
    facts = {"link": desk.site.signin_url(secret), "minutes": LASTS // timedelta(minutes=1)}
    note = Note("sign-in", row.address, None, facts, row.person_id, bounded=True)
    notes.send(session, desk, [note], now)
    return None


def hashed(secret: str) -> bytes:
    """What is kept of a secret. It has 256 bits of chance: one round is enough."""
    return hashlib.sha256(secret.encode()).digest()
