"""Who wrote a letter, and on which day: what a line is read with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mailhub.commands.slots import slots
from mailhub.commands.tables import Language
from mailhub.letter import Letter
from mailhub.words.line import fold
from mailhub.words.patterns import Slot

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Writer:
    """The folded words of the author's name and address; the day in the author's time zone, None
    where the mail does not say."""

    names: frozenset[str]
    today: date | None
    address: str = ""

    @classmethod
    def of(cls, letter: Letter) -> Writer:
        """Of a letter's first author."""
        written = f"{letter.author.name[:200]} {letter.author.address[:100].partition('@')[0]}"
        names = frozenset(_LETTERS.findall(fold(written)))
        day = letter.date.date() if letter.date else None
        return cls(names, day, letter.author.address.lower())

    def is_name(self, text: str) -> bool:
        """Whether a line is nothing but the author's name, or the beginning of it."""
        words = _LETTERS.findall(fold(text[:80]))
        initials = {name[0] for name in self.names}
        return 0 < len(words) <= 4 and all(
            word in self.names or (len(words) <= 2 and word in initials) for word in words
        )

    def slots(self, language: Language) -> Mapping[str, Slot]:
        """What the slots of the tables stand for in this writer's lines."""
        return slots(language, self.names, self.address, self.today)
