"""How many questions are sent to people who may not have asked: somebody may write in their name to
hundreds of communities (subscription bombing)."""

from __future__ import annotations

from datetime import timedelta

from mailhub.commands.asked import Asked
from mailhub.membership import requests

TO_STRANGER_A_DAY = 10
TO_DOMAIN_AN_HOUR = 200
TO_ALL_AN_HOUR = 2_000


def too_many(asked: Asked) -> bool:
    """Whether one more question would be too many: to this address in a day, to its domain or to all
    in an hour. What a member asks for with their own known address is bounded by `notes` alone."""
    session, now = asked.session, asked.now
    hour = now - timedelta(hours=1)
    if asked.person is None:
        day = requests.asked_since(session, now - timedelta(days=1), address=asked.address)
        if day >= TO_STRANGER_A_DAY:
            return True
    domain = asked.address.rpartition("@")[2]
    return (
        requests.asked_since(session, hour, domain=domain) >= TO_DOMAIN_AN_HOUR
        or requests.asked_since(session, hour) >= TO_ALL_AN_HOUR
    )
