"""What a mail is, decided by an ordered tuple of rules; the first that says yes decides.

A calendar's answer is read before the rule on robots (many programs send it as Auto-Submitted), a
complaint and a receipt before a bounce (all are reports), a bounce before a robot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from functools import cached_property

from mailhub.letter import CalendarAnswer, Kind
from mailhub.reading import bounces, calendars, complaints, robots


@dataclass(frozen=True)
class Signs:
    """What the rules look at; what is costly is found when a rule asks for it."""

    message: Message
    subject: str
    new_text: str
    calendar: CalendarAnswer | None
    unreadable: bool

    @cached_property
    def reaction(self) -> str:
        """The sign of a reaction, "" where it is none."""
        return robots.reaction(self.message, self.new_text)


Rule = Callable[[Signs], bool]


def is_unreadable(signs: Signs) -> bool:
    """The gate or the reading failed."""
    return signs.unreadable


def is_calendar_answer(signs: Signs) -> bool:
    """A calendar program answers, proposes another time or cancels (RFC 5546)."""
    return signs.calendar is not None and signs.calendar.method in calendars.ANSWERS


def is_invitation(signs: Signs) -> bool:
    """An event is announced. Calendars send these by themselves too, for a person who made the event."""
    return signs.calendar is not None and signs.calendar.method in calendars.ANNOUNCEMENTS


RULES: tuple[tuple[Kind, Rule], ...] = (
    (Kind.UNREADABLE, is_unreadable),
    (Kind.CALENDAR_REPLY, is_calendar_answer),
    (Kind.COMPLAINT, lambda signs: complaints.is_complaint(signs.message)),
    (Kind.BOUNCE, lambda signs: bounces.is_returned(signs.message)),
    (Kind.RECEIPT, lambda signs: robots.is_receipt(signs.message)),
    (Kind.REACTION, lambda signs: bool(signs.reaction)),
    (Kind.POST, is_invitation),
    (Kind.AUTO_REPLY, lambda signs: robots.is_auto_reply(signs.message, signs.subject)),
)


def decide(signs: Signs) -> Kind:
    """The kind of a mail; POST where no rule speaks."""
    return next((kind for kind, rule in RULES if rule(signs)), Kind.POST)
