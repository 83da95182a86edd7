"""How many questions are sent to people who may not have asked: somebody may write in their name to
hundreds of communities (subscription bombing). A limit that is met is told in the logs, since one sender
could use up what is there for all."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from mailhub.commands.asked import Asked
from mailhub.membership import requests

log = structlog.get_logger()

TO_STRANGER_A_DAY = 10
TO_DOMAIN_AN_HOUR = 200
TO_ALL_AN_HOUR = 2_000


def too_many(asked: Asked) -> bool:
    """Whether one more question would be too many to whoever wrote. What a member or steward asks for
    with their own known address in a day is bounded by `notes` alone."""
    if asked.person is not None or asked.address in asked.stewards:
        return _told(_met_by_the_hour(asked.session, asked.address, asked.now), asked.address)
    return too_many_for(asked.session, asked.address, asked.now)


def too_many_for(session: Session, address: str, now: datetime) -> bool:
    """Whether one more question would be too many: to this address in a day, to its domain or to all
    in an hour."""
    day = requests.asked_since(session, now - timedelta(days=1), address=address)
    limit = "address" if day >= TO_STRANGER_A_DAY else _met_by_the_hour(session, address, now)
    return _told(limit, address)


def _met_by_the_hour(session: Session, address: str, now: datetime) -> str:
    """The limit that is met: "domain", "all", or "" for none."""
    hour = now - timedelta(hours=1)
    domain = address.rpartition("@")[2]
    if requests.asked_since(session, hour, domain=domain) >= TO_DOMAIN_AN_HOUR:
        return "domain"
    return "all" if requests.asked_since(session, hour) >= TO_ALL_AN_HOUR else ""


def _told(limit: str, address: str) -> bool:
    if limit:
        log.warning("questions-stopped", limit=limit, domain=address.rpartition("@")[2])
    return bool(limit)
