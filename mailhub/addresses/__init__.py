"""Addresses: what stands before the @, both ways.

Anybody's (`plain`), the tokens in ours (`tokens`), and what ours mean (`meaning`): a community, one of its
verbs, a token as in `policy+r-TOKEN@D`, or the platform itself.
"""

from mailhub.addresses.meaning import (
    BULLETINS,
    HUB,
    PLATFORM,
    VERBS,
    Destination,
    destinations,
    slug_problem,
    verb_names,
)
from mailhub.addresses.plain import MAX_LOCAL_PART, fold, is_address, is_at
from mailhub.addresses.tokens import TOKENED, Purpose, Token, Tokens

__all__ = [
    "BULLETINS",
    "HUB",
    "MAX_LOCAL_PART",
    "PLATFORM",
    "TOKENED",
    "VERBS",
    "Destination",
    "Purpose",
    "Token",
    "Tokens",
    "destinations",
    "fold",
    "is_address",
    "is_at",
    "slug_problem",
    "verb_names",
]
