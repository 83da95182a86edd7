"""What a mail is, decided by an ordered tuple of rules; the first that says yes decides.

A calendar's answer is read before the rule on robots (many programs send it as Auto-Submitted), a
complaint before a bounce (both are reports), a bounce before a robot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailhub.letter import CalendarAnswer, Kind
from mailhub.reading import calendars


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules look at."""

    unreadable: bool
    calendar: CalendarAnswer | None
    complaint: bool
    returned: bool
    receipt: bool
    reaction: str
    auto_reply: bool


Rule = Callable[[Signs], bool]

RULES: tuple[tuple[Kind, Rule], ...] = (
    (Kind.UNREADABLE, lambda signs: signs.unreadable),
    (
        Kind.CALENDAR_REPLY,
        lambda signs: signs.calendar is not None and signs.calendar.method in calendars.ANSWERS,
    ),
    (Kind.COMPLAINT, lambda signs: signs.complaint),
    (Kind.RECEIPT, lambda signs: signs.receipt),
    (Kind.BOUNCE, lambda signs: signs.returned),
    (Kind.REACTION, lambda signs: bool(signs.reaction)),
    (Kind.AUTO_REPLY, lambda signs: signs.auto_reply),
)


def decide(signs: Signs) -> Kind:
    """The kind of a mail; POST where no rule speaks."""
    return next((kind for kind, rule in RULES if rule(signs)), Kind.POST)
