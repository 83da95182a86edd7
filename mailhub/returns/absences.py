"""Absence notices: noted on the person who is away; nobody else is told, and nobody answered."""

from __future__ import annotations

from datetime import datetime

from mailhub.letter import Absence
from mailhub.models import Person


def note_absence(person: Person, absence: Absence, now: datetime) -> None:
    """Note that a person's mail program says that they are away. A later notice without a date leaves
    a date that is not over as it is."""
    until = absence.until
    over = person.away_until is None or person.away_until < now.date()
    if person.away_since is None or over:
        person.away_since = now
        person.away_until = until
    elif until is not None:
        person.away_until = until


def note_presence(person: Person) -> None:
    """They have written themselves."""
    person.away_since = person.away_until = None
