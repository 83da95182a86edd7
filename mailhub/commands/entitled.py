"""Whether an answer to a notice is listened to, on held mail and on requests alike: it needs the notice's
own token, the address of whom it was sent to, who must still be asked such things, and a sender that is
proven. Only that last can be made good, by one confirmation."""

from __future__ import annotations

from mailhub import holds
from mailhub.addresses import Token
from mailhub.commands.asked import Asked
from mailhub.models import Notice


def why_not(asked: Asked, token: Token, notice: Notice, *, may: bool) -> str:
    """Why it is not, in a word for the trail; "" where it is, though it may have to be confirmed yet.
    `may` says whether who wrote is asked such things."""
    if not holds.is_theirs(asked.session, notice, token, asked.person, asked.address):
        return "wrong-address"
    if not may:
        return "not-facilitator"
    return "expired" if token.is_over(asked.now) else ""
