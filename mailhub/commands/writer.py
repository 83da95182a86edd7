"""Who wrote a letter, and on which day: what a line is read with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from mailhub.commands.tables import Language
from mailhub.letter import Letter
from mailhub.words.line import MORE, Line, fold
from mailhub.words.patterns import Slot

_LETTERS = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.!;…]")  # of a sentence


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

        def day(line: Line, at: int) -> Iterator[tuple[int, str]]:
            if self.today and (found := language.dates.day(line, at, self.today)):
                yield found[0], found[1].isoformat()

        def span(line: Line, at: int) -> Iterator[tuple[int, str]]:
            if self.today and (found := language.dates.span(line, at, self.today)):
                yield found[0], found[1].isoformat()

        def name(line: Line, at: int) -> Iterator[tuple[int, None]]:
            written, word = line.written(at), line.words[at]
            if word in self.names or (
                written[:1].isupper() and word not in language.vocabulary and word.isalpha()
            ):
                yield at + 1, None

        def clause(line: Line, at: int) -> Iterator[tuple[int, None]]:
            for end in range(at, len(line)):
                if line.words[end] in ("?", MORE) or language.doubts & {*line.readings(end)}:
                    return
                yield end + 1, None
                if end + 1 < len(line) and _ENDS.search(line.between(end + 1)):
                    return

        def others(line: Line, at: int) -> Iterator[tuple[int, str]]:
            for end, number in language.dates.number(line, at):
                if number != "0":
                    yield end, str(int(number) - 1)

        def plus(line: Line, at: int) -> Iterator[tuple[int, str]]:
            if line.words[at].startswith("+"):
                yield from language.dates.number(line, at)

        def address(line: Line, at: int) -> Iterator[tuple[int, str]]:
            if "@" in line.words[at]:
                yield at + 1, line.written(at).strip(".")

        def own_address(line: Line, at: int) -> Iterator[tuple[int, None]]:
            if any(one.lower() == self.address for _, one in address(line, at)):
                yield at + 1, None

        def other_address(line: Line, at: int) -> Iterator[tuple[int, str]]:
            return (found for found in address(line, at) if found[1].lower() != self.address)

        def reason(line: Line, at: int) -> Iterator[tuple[int, str]]:
            marked = ":" in line.between(at)
            rest = {*line.words[at:]}
            if marked or not (
                line.words[at] in language.doubts
                or line.words[at] in language.joining
                or "?" in rest
                or rest & language.contrary
            ):
                yield len(line), _tidy(line.rest(at))

        def after_mark(line: Line, at: int) -> Iterator[tuple[int, str]]:
            if line.between(at)[:1] in tuple(",:;-–—."):
                yield from reason(line, at)

        return {
            "number": language.dates.number,
            "plus": plus,  # "+1"
            "others": others,  # a number of people, less the writer
            "date": day,
            "start": lambda line, at: ((end, None) for end, _ in day(line, at)),
            "span": span,
            "name": name,
            "clause": clause,  # words with no doubt in them, which matter to nobody
            "rest": lambda line, at: [(len(line), _tidy(line.rest(at)))],
            "reason": reason,  # free text, unless it says something else than the verb in front
            "after_mark": after_mark,  # the same, set apart by a mark
            "address": address,
            "own_address": own_address,
            "other_address": other_address,
        }


def _tidy(text: str) -> str:
    """Free text without the full stop behind its one sentence."""
    return text[:-1] if text.endswith(".") and text.count(".") == 1 else text
