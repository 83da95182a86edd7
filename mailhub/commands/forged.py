"""Answers to mails of ours that fail the policy of their own domain: they count for nothing.

Whoever wrote one has the token, so that it may be the person after all, through an address that sends mail
on. So they are told, once a day, where the token is theirs; nobody else is.
"""

from __future__ import annotations

from mailhub.addresses import Purpose
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.membership import is_same, requests


def answer(asked: Asked) -> Told:
    """What became of it: nothing, and a line in the trail."""
    asked.tried("forged")
    if not _is_whom_we_asked(asked):
        return NOTHING
    domain = asked.address.rpartition("@")[2]
    return Told("answered", (asked.note("answer-not-counted", once="", domain=domain),))


def _is_whom_we_asked(asked: Asked) -> bool:
    token = asked.token
    if token is None:
        return False
    if token.person:
        return is_same(asked.session, asked.person, token.person)
    if token.purpose != Purpose.CONFIRM:
        return False
    request = requests.of_token(asked.session, token)
    return request is not None and request.address == asked.address
