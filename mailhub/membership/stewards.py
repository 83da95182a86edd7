"""The platform's stewards: those of the settings, and those whom the operator added since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import addresses
from mailhub.membership import trail
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import Unusable
from mailhub.models import Steward


def stewards(session: Session, configured: Sequence[str]) -> tuple[str, ...]:
    """All of them, folded, each once, those of the settings first."""
    added = session.scalars(select(Steward.address).order_by(Steward.since, Steward.address))
    return tuple(dict.fromkeys([*configured, *added]))


def add_steward(session: Session, address: str, now: datetime, *, by: By = OPERATOR) -> bool:
    """Add one; whether they are new. Unusable where it is no address."""
    folded = addresses.fold(address)
    if not addresses.is_address(folded):
        raise Unusable("bad-address", address)
    if session.get(Steward, folded) is not None:
        return False
    session.add(Steward(address=folded, since=now))
    session.flush()
    trail.keep(session, by, now, of="steward", what="added", after={"address": folded})
    return True


def remove_steward(session: Session, address: str, now: datetime, *, by: By = OPERATOR) -> bool:
    """Take one off; False where they were none. Those of the settings stay."""
    steward = session.get(Steward, addresses.fold(address))
    if steward is None:
        return False
    trail.keep(session, by, now, of="steward", what="removed", before={"address": steward.address})
    session.delete(steward)
    session.flush()
    return True
