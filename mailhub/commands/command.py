"""A command and the places where one can be said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a mail came, which says what its words can mean."""

    LIST = "list"
    SETTINGS = "settings"
    CONFIRM = "confirm"
    DECISION = "decision"
    RSVP = "rsvp"
    ARRANGING = "arranging"  # the list, for who looks after it: what names what it is about
    FACILITATOR = "facilitator"  # their own addresses, and answers to receipts
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person asks for.

    `argument`: a date is ISO, a number digits, anything else as it was written. `item` is the number
    in front, in an answer to several things. `everywhere` says that it is meant for all communities.
    `begins` is the first day of a pause, where that is named.
    """

    verb: str
    argument: str | None = None
    item: int | None = None
    everywhere: bool = False
    begins: str | None = None
